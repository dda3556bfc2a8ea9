import { ServiceError } from "../base/errors.js";

const BUCKET_S = 60;

/**
 * The nonces of accepted signatures, for as long as their signature would still be accepted. They are kept by the
 * minute of their date, so that expiry drops a whole set.
 */
export class Nonces {
  private readonly buckets = new Map<number, Set<string>>();
  private count = 0;

  /**
   * @param keepS time after its date for which a nonce is kept, s
   * @param limit most nonces kept; at the limit signatures are refused, not forgotten
   */
  constructor(
    private readonly keepS: number,
    private readonly limit = 500_000,
  ) {}

  /**
   * Stores a nonce.
   * @param dateS date of its signature, s since the epoch, within `keepS` of `nowS`
   * @throws ServiceError `signature_replayed`, `nonces_full`
   */
  use(nonce: string, dateS: number, nowS: number): void {
    this.forget(nowS - this.keepS);
    // The same nonce with another date is a replay as well, so all minutes are checked.
    for (const bucket of this.buckets.values()) {
      if (bucket.has(nonce)) throw new ServiceError("signature_replayed", { nonce });
    }
    if (this.count >= this.limit) throw new ServiceError("nonces_full", { limit: this.limit });
    const minute = Math.floor(dateS / BUCKET_S);
    let bucket = this.buckets.get(minute);
    if (bucket === undefined) this.buckets.set(minute, (bucket = new Set()));
    bucket.add(nonce);
    this.count++;
  }

  /** All nonces, by the minute of the date. */
  kept(): [minute: number, nonces: string[]][] {
    return [...this.buckets].map(([minute, nonces]) => [minute, [...nonces]]);
  }

  /** Restores the state of {@link kept}. */
  restore(kept: readonly [minute: number, nonces: readonly string[]][]): void {
    for (const [minute, nonces] of kept) {
      this.buckets.set(minute, new Set(nonces));
      this.count += nonces.length;
    }
  }

  private forget(beforeS: number): void {
    for (const [minute, bucket] of this.buckets) {
      if ((minute + 1) * BUCKET_S > beforeS) continue;
      this.count -= bucket.size;
      this.buckets.delete(minute);
    }
  }
}
