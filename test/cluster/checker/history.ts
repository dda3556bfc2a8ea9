import type { Chance } from "./chance.js";
import { type Field, pause } from "./field.js";

const ENDS = ["done", "failed", "killed", "interrupted", "expired"];
const READERS = 3;

/** One read of a run. */
export interface Seen {
  state: string;
  attempt: number;
  endedAt?: number;
  endedBy?: string;
  retries: number;
}

/** Reads records of accepted runs at all nodes, again and again, and notes ends that did not stay. */
export class History {
  /** The first end that was read, by uuid. */
  readonly ends = new Map<string, Seen>();
  readonly changed: string[] = [];
  /** An accepted run that a node did not know. */
  readonly unknown: string[] = [];
  private readonly uuids: string[] = [];
  private isOver = false;

  constructor(
    private readonly field: Field,
    private readonly chance: Chance,
    /** Pause between two looks of one reader, ms. */
    private readonly lookMs: number,
  ) {}

  add(uuid: string): void {
    this.uuids.push(uuid);
  }

  async read(): Promise<void> {
    await Promise.all(Array.from({ length: READERS }, () => this.readOn()));
  }

  stop(): void {
    this.isOver = true;
  }

  /** Reads a run once, at any node that answers. */
  async look(uuid: string, query = ""): Promise<Seen | undefined> {
    const seat = this.chance.of(this.field.seats.filter(({ answers }) => answers));
    if (seat === undefined) return undefined;
    // A run that has ended before this question has ended in its answer, too.
    const before = this.ends.get(uuid);
    try {
      const signal = AbortSignal.timeout(30_000);
      const { status, json, text } = await seat.node!.request("GET", `/v1/runs/${uuid}${query}`, undefined, { signal });
      if (status === 404) this.unknown.push(`${uuid} at ${seat.name}: ${text.slice(0, 200)}`);
      if (status !== 200) return undefined;
      this.judge(uuid, json as Seen, before, seat.name);
      return json as Seen;
    } catch {
      return undefined; // it has just been killed or paused
    }
  }

  private judge(uuid: string, seen: Seen, before: Seen | undefined, at: string): void {
    if (before !== undefined && (before.state !== seen.state || before.endedAt !== seen.endedAt)) {
      this.changed.push(
        `${uuid}: ${before.state} ${before.endedAt}, then ${seen.state} ${seen.endedAt} attempt ${seen.attempt} at ${at}`,
      );
      this.field.note(`changed: ${this.changed.at(-1)}`);
    }
    if (ENDS.includes(seen.state) && !this.ends.has(uuid)) this.ends.set(uuid, seen);
  }

  private async readOn(): Promise<void> {
    while (!this.isOver) {
      await pause(this.lookMs);
      if (this.uuids.length === 0) continue;
      // Half of the looks are at what came last: most of what happens happens to those.
      const from = this.chance.next() < 0.5 ? Math.max(0, this.uuids.length - 100) : 0;
      await this.look(this.uuids[from + Math.floor(this.chance.next() * (this.uuids.length - from))]!);
    }
  }
}
