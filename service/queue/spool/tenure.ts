import { randomUUID } from "node:crypto";
import type { Lease, UniqueNames } from "../../store/unique-names.js";
import { LeaseWatch } from "./lease-watch.js";

/** A process that did nothing for so long may have been stopped, and its tenure given to another, ms. */
const SUSPECT_MS = 3000;
const TICK_MS = 1000;

/**
 * The right to the runs that a node, by its `host:port`, has accepted into a work folder: a lease there, which its process
 * holds for as long as it lives. Whoever gets that of a dead node may take over its runs.
 */
export class Tenure {
  /** This life of the node: another one has no part in what this one holds. */
  private readonly life = randomUUID();
  private own: Lease | undefined;
  private ticker: NodeJS.Timeout | undefined;
  private tickedAt = 0;
  private isSuspect = false;

  private readonly watch: LeaseWatch;

  constructor(private readonly names: Pick<UniqueNames, "acquire" | "leaseMs">) {
    this.watch = new LeaseWatch(names.leaseMs);
  }

  /**
   * Takes the runs of this node; false as long as a former life of it, which was elsewhere, seems to live.
   * @param onLost called when another node has taken them over
   * @throws ServiceError `storage_full`
   */
  async begin(node: string, onLost: () => void): Promise<boolean> {
    this.own = await this.names.acquire(leaseOf(node), this.life);
    if (this.own === undefined) return false;
    this.own.signal.addEventListener("abort", onLost, { once: true });
    this.tickedAt = performance.now();
    this.isSuspect = false;
    clearInterval(this.ticker);
    this.ticker = setInterval(() => this.tick(), TICK_MS).unref();
    return true;
  }

  /**
   * The right to the runs of another node; undefined while it lives, or has not been watched for long enough. To be released.
   */
  of(node: string): Promise<Lease | undefined> {
    const name = leaseOf(node);
    return this.names.acquire(name, this.life, (beat) => this.watch.isOver(name, beat));
  }

  /** These are the other nodes that count. */
  keep(nodes: readonly string[]): void {
    this.watch.keep(nodes.map(leaseOf));
  }

  /** Is it still held? Asks the disk when there is a reason to. */
  async isHeld(): Promise<boolean> {
    if (this.own === undefined || this.own.signal.aborted) return false;
    if (this.isSure) return true;
    const isHeld = await this.own.isHeld();
    if (isHeld) this.isSuspect = false;
    return isHeld;
  }

  /** It is held, and there is no reason to ask the disk: this process did not stand still, and its lease is fresh. */
  get isSure(): boolean {
    if (this.own === undefined || this.own.signal.aborted) return false;
    this.tick();
    return !this.isSuspect && !this.own.isLate;
  }

  /** There is a reason to ask the disk. */
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
