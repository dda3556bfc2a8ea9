/**
 * Generates the ids of runs: `host-port-[name_]clock`, the clock in nanoseconds since the epoch, never twice the same.
 */
export class RunIds {
  private readonly start = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  private last = 0n;

  /**
   * @param host name of the node
   * @param port called for each id: a node with PORT=0 knows it only once it listens
   */
  constructor(
    private readonly host: string,
    private readonly port: () => number,
  ) {}

  next(name?: string): string {
    const now = this.start + process.hrtime.bigint();
    this.last = now > this.last ? now : this.last + 1n;
    return `${this.host}-${this.port()}-${name === undefined ? "" : `${name}_`}${this.last}`;
  }
}
