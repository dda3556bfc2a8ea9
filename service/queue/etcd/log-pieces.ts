import { type Namespace, Range } from "etcd3";
import { digits, keys, lastPart } from "./keys.js";

/** Most bytes kept of a run's output: etcd holds 2 GB in all by default. */
const MAX_LOG_BYTES = 8 * 1024 * 1024;
const LOG_IS_FULL = `[output above ${MAX_LOG_BYTES / 1024 / 1024} MB is not kept]\n`;

/** Output of runs, a key a batch of lines; the key is the offset of the batch. */
export class LogPieces {
  /** Offset of the next batch, of runs that this node executes. */
  private readonly sizes = new Map<string, number>();

  constructor(private readonly etcd: Namespace) {}

  async append(uuid: string, text: string): Promise<void> {
    const start = this.sizes.get(uuid) ?? (await this.size(uuid));
    if (start >= MAX_LOG_BYTES) return;
    const whole = start + Buffer.byteLength(text) >= MAX_LOG_BYTES ? text + LOG_IS_FULL : text;
    const size = start + Buffer.byteLength(whole);
    // Only at the expected end of the log: another holder may have written meanwhile.
    const written = await this.etcd
      .if(keys.log(uuid, start), "Create", "==", 0)
      .then(this.etcd.put(keys.log(uuid, start)).value(whole), this.etcd.put(keys.logged(uuid)).value(size))
      .commit();
    if (written.succeeded) {
      this.sizes.set(uuid, size);
      return;
    }
    this.sizes.delete(uuid);
    await this.append(uuid, text);
  }

  /** Batches from an offset on, at most `most` bytes but at least one batch. */
  async read(uuid: string, from: number, most: number): Promise<{ bytes: Buffer; from: number; hasMore: boolean }> {
    const prefix = keys.logs(uuid);
    const found = await this.etcd
      .getAll()
      .inRange(new Range(`${prefix}${digits(await this.startOfPiece(uuid, from))}`, `${prefix}~`))
      .limit(Math.max(2, Math.ceil(most / (64 * 1024))))
      .buffers();
    const parts: Buffer[] = [];
    let [size, hasMore] = [0, false];
    for (const [key, value] of Object.entries(found)) {
      const skip = Math.max(0, from - Number(lastPart(key)));
      if (size > 0 && size + value.length > most) {
        hasMore = true;
        break;
      }
      const part = value.subarray(skip);
      parts.push(part);
      size += part.length;
    }
    if (!hasMore) hasMore = from + size < (await this.size(uuid));
    return { bytes: Buffer.concat(parts), from, hasMore };
  }

  /** Forgets an ended run. */
  forget(uuid: string): void {
    this.sizes.delete(uuid);
  }

  private async size(uuid: string): Promise<number> {
    return (await this.etcd.get(keys.logged(uuid)).number()) ?? 0;
  }

  /** Start of the batch that contains this offset. */
  private async startOfPiece(uuid: string, byte: number): Promise<number> {
    if (byte === 0) return 0;
    const range = new Range(keys.logs(uuid), `${keys.log(uuid, byte)}\0`);
    const [last] = await this.etcd.getAll().inRange(range).sort("Key", "Descend").limit(1).keys();
    return last === undefined ? 0 : Number(lastPart(last));
  }
}
