import { ServiceError } from "../base/errors.js";
import type { LocalSlot } from "../dispatch/dispatcher.js";
import type { RunReply, RunSpec } from "../model/run.js";

/** Answer to an inquiry about an offer. */
export type IncomingState =
  | { kind: "known"; incoming: IncomingRun }
  /** The offer was never accepted, or its run was never sent. It will not be executed. */
  | { kind: "unknown" }
  /** The run may have been executed; its reply is forgotten. */
  | { kind: "gone" };

/** Stream (1: standard output, 2: standard error) and text. */
export type OutputLine = [stream: 1 | 2, text: string];

/** Output kept of an incoming run, for a peer that lost the connection, characters. */
const MAX_OUTPUT = 1_000_000;
/** Time for which the reply of an ended run is kept for a peer that lost the connection, ms. */
const KEEP_MS = 60_000;
/** Most replies kept; and most characters of them. */
const MAX_KEPT = 2000;
const MAX_KEPT_TEXT = 32_000_000;
/** Longest time between the acceptance of an offer and its run, ms. */
const ARRIVAL_MS = 30_000;

/** A run that this node executes for a peer. */
export class IncomingRun {
  uuid: string | undefined;
  /** Set by the start. */
  reply: Promise<RunReply> | undefined;
  /** The reply after the end, and its approximate size in characters. */
  ended: RunReply | undefined;
  size = 0;
  endedAt = 0;
  /** Ends the wait for the run. */
  arrival: NodeJS.Timeout | undefined;
  /** Last lines of output, for a peer that lost the connection, and number of lines before them. */
  private readonly lines: OutputLine[] = [];
  private dropped = 0;
  private characters = 0;
  private send: ((line: OutputLine) => void) | undefined;

  constructor(
    readonly offer: string,
    readonly origin: string,
    readonly slot: LocalSlot,
    readonly acceptedAt: number,
  ) {}

  output(stream: 1 | 2, text: string): void {
    const line: OutputLine = [stream, text];
    this.lines.push(line);
    this.characters += text.length;
    while (this.characters > MAX_OUTPUT && this.lines.length > 1) {
      this.characters -= this.lines.shift()![1].length;
      this.dropped++;
    }
    this.send?.(line);
  }

  /**
   * Sends the output to a new receiver, instead of the one before.
   * @param from number of lines that the receiver already has
   * @returns stops sending
   */
  attach(from: number, send: (line: OutputLine) => void): () => void {
    for (const line of this.lines.slice(Math.max(0, from - this.dropped))) send(line);
    this.send = send;
    return () => {
      if (this.send === send) this.send = undefined;
    };
  }
}

/** The runs that this node executes for peers: from the accepted offer to some time after the end. */
export class IncomingRuns {
  private readonly byOffer = new Map<string, IncomingRun>();
  private readonly byUuid = new Map<string, IncomingRun>();
  /** Cancelled offers. A run that arrives late for one is refused. */
  private readonly withdrawn = new Map<string, number>();
  private readonly kept: IncomingRun[] = [];
  private keptText = 0;
  /** Replies of runs that were accepted up to this time may be forgotten. */
  private forgottenUntil = Number.NEGATIVE_INFINITY;

  /**
   * @param reserve reserves a free environment of this node
   * @param isOwn does this node execute that run as one of its own now?
   */
  constructor(
    private readonly reserve: () => LocalSlot | undefined,
    private readonly isOwn: (uuid: string) => boolean,
  ) {}

  /** uuids of the runs that are executed now. */
  running(): string[] {
    return [...this.byUuid.keys()];
  }

  has(uuid: string): boolean {
    return this.byUuid.has(uuid);
  }

  /**
   * Reserves an environment for a run to come.
   * @param origin node that made the offer
   * @throws ServiceError `busy`
   */
  accept(offer: string, origin: string): IncomingRun {
    const slot = this.reserve();
    if (slot === undefined) throw new ServiceError("busy");
    const incoming = new IncomingRun(offer, origin, slot, performance.now());
    this.byOffer.set(offer, incoming);
    incoming.arrival = setTimeout(() => this.release(incoming), ARRIVAL_MS).unref();
    return incoming;
  }

  /** Frees the environment of an offer whose run did not arrive. */
  release(incoming: IncomingRun): void {
    if (incoming.reply !== undefined || !this.byOffer.delete(incoming.offer)) return;
    clearTimeout(incoming.arrival);
    incoming.slot.release();
  }

  /**
   * Starts the run.
   * @throws ServiceError `offer_void` when the offer is cancelled or the run is executed already; nothing was started
   * then
   */
  start(incoming: IncomingRun, spec: RunSpec): Promise<RunReply> {
    const { offer } = incoming;
    const isHere = this.byUuid.has(spec.uuid) || this.isOwn(spec.uuid);
    if (this.byOffer.get(offer) !== incoming || this.withdrawn.has(offer) || isHere) {
      this.release(incoming);
      throw new ServiceError("offer_void", { uuid: spec.uuid });
    }
    clearTimeout(incoming.arrival);
    const running = incoming.slot.run(spec);
    if (running === undefined) {
      this.byOffer.delete(offer);
      throw new ServiceError("busy");
    }
    incoming.uuid = spec.uuid;
    this.byUuid.set(spec.uuid, incoming);
    incoming.reply = running.then((reply) => {
      this.end(incoming, reply);
      return reply;
    });
    return incoming.reply;
  }

  /** Adds a line of output; false when the run is not an incoming one. */
  output(uuid: string, stream: 1 | 2, line: string): boolean {
    const incoming = this.byUuid.get(uuid);
    incoming?.output(stream, line);
    return incoming !== undefined;
  }

  /**
   * State of an offer. Cancels the offer unless its run has started.
   * @param ageMs since the offer was made
   */
  inquire(offer: string, ageMs: number): IncomingState {
    const incoming = this.byOffer.get(offer);
    if (incoming?.reply !== undefined) return { kind: "known", incoming };
    this.withdraw(offer);
    if (incoming !== undefined) this.release(incoming);
    else if (performance.now() - ageMs <= this.forgottenUntil) return { kind: "gone" };
    return { kind: "unknown" };
  }

  /** Ends a run, or cancels its offer; false when there is no run to end. */
  stop(offer: string): boolean {
    const incoming = this.byOffer.get(offer);
    if (incoming?.reply !== undefined) {
      incoming.slot.kill();
      return incoming.ended === undefined;
    }
    this.withdraw(offer);
    if (incoming !== undefined) this.release(incoming);
    return false;
  }

  private withdraw(offer: string): void {
    const now = performance.now();
    for (const [old, at] of this.withdrawn) {
      if (now - at < 10 * KEEP_MS) break;
      this.withdrawn.delete(old);
    }
    this.withdrawn.set(offer, now);
  }

  private end(incoming: IncomingRun, reply: RunReply): void {
    this.byUuid.delete(reply.uuid);
    incoming.ended = reply;
    incoming.size = reply.result.length + sizeOfErrors(reply);
    incoming.endedAt = performance.now();
    this.kept.push(incoming);
    this.keptText += incoming.size;
    while (this.kept.length > 0 && this.isTooMuch(this.kept[0]!)) {
      const oldest = this.kept.shift()!;
      this.keptText -= oldest.size;
      this.byOffer.delete(oldest.offer);
      this.forgottenUntil = Math.max(this.forgottenUntil, oldest.acceptedAt);
    }
  }

  private isTooMuch(oldest: IncomingRun): boolean {
    return (
      this.kept.length > MAX_KEPT ||
      (this.keptText > MAX_KEPT_TEXT && this.kept.length > 1) ||
      performance.now() - oldest.endedAt > KEEP_MS
    );
  }
}

/** Characters of the errors and the other fields. */
function sizeOfErrors({ errors }: RunReply): number {
  return errors.reduce((sum, { error }) => error.reduce((length, text) => length + text.length, sum), 200);
}
