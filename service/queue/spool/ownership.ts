import { randomUUID } from "node:crypto";
import type { Lease, UniqueNames } from "../../store/unique-names.js";
import { LeaseWatch } from "./lease-watch.js";

/** After a pause of so long this process may have been suspended, and another node may have its ownership, ms. */
const SUSPECT_MS = 3000;
const TICK_MS = 1000;

/**
 * Ownership of the runs that a node, by its `host:port`, has accepted into a work folder: a lease in the folder, which
 * its process holds while it lives. A node that gets the lease of a dead one may take over its runs.
 */
export class Ownership {
  /** Id of this process: keeps its leases apart from those of others. */
  private readonly processId = randomUUID();
  private own: Lease | undefined;
  private ticker: NodeJS.Timeout | undefined;
  private tickedAt = 0;
  private isSuspect = false;

  private readonly watch: LeaseWatch;

  constructor(private readonly names: Pick<UniqueNames, "acquire" | "leaseMs">) {
    this.watch = new LeaseWatch(names.leaseMs);
  }

  /**
   * Takes ownership of this node's runs; false while an earlier process of the node, on another machine, seems to live.
   * @param onLost called when another node has taken over the runs
   * @throws ServiceError `storage_full`
   */
  async begin(node: string, onLost: () => void): Promise<boolean> {
    this.own = await this.names.acquire(leaseOf(node), this.processId);
    if (this.own === undefined) return false;
    this.own.signal.addEventListener("abort", onLost, { once: true });
    this.tickedAt = performance.now();
    this.isSuspect = false;
    clearInterval(this.ticker);
    this.ticker = setInterval(() => this.tick(), TICK_MS).unref();
    return true;
  }

  /**
   * Takes the ownership of another node; undefined while that node lives, or was not watched for long enough. The
   * caller has to release it.
   */
  of(node: string): Promise<Lease | undefined> {
    const name = leaseOf(node);
    return this.names.acquire(name, this.processId, (beat) => this.watch.isOver(name, beat));
  }

  /** Forgets all nodes but these. */
  keep(nodes: readonly string[]): void {
    this.watch.keep(nodes.map(leaseOf));
  }

  /** Is it still held? Reads the disk when there is a reason to. */
  async isHeld(): Promise<boolean> {
    if (this.own === undefined || this.own.signal.aborted) return false;
    if (this.isConfirmed) return true;
    const isHeld = await this.own.isHeld();
    if (isHeld) this.isSuspect = false;
    return isHeld;
  }

  /** It is held, and there is no reason to read the disk: this process was not suspended, and its lease is fresh. */
  get isConfirmed(): boolean {
    if (this.own === undefined || this.own.signal.aborted) return false;
    this.tick();
    return !this.isSuspect && !this.own.isLate;
  }

  /** Makes the next check read the disk. */
  suspect(): void {
    this.isSuspect = true;
  }

  async end(): Promise<void> {
    clearInterval(this.ticker);
    await this.own?.release();
    this.own = undefined;
  }

  private tick(): void {
    const now = performance.now();
    if (now - this.tickedAt > SUSPECT_MS) this.isSuspect = true;
    this.tickedAt = now;
  }
}

function leaseOf(node: string): string {
  return `node ${node}`;
}
