import { type Address, formatAddress, parseAddress } from "../base/address.js";
import { ServiceError } from "../base/errors.js";
import type { JsonText } from "../base/json/json-text.js";
import { isTerminal, type LogChunk, type RunFilter, type RunPage, type RunRecord } from "../model/record.js";
import type { Runs, WantedRun } from "../model/runs.js";
import type { PeerRecords } from "./peer-records.js";
import { ownerOf } from "./run-owner.js";

/** A run that was found: its node and its record there. */
interface Found {
  record: RunRecord;
  /** Undefined: this node. */
  at: Address | undefined;
}

/** Most nodes followed for one run: the one that accepted it, then those it was handed to. */
const MAX_HOPS = 3;
/** Peers asked at the same time for a run that is not at the node its id names. */
const ASKED_AT_ONCE = 50;

const MAY_HAVE_IT = "it may have taken the run";

/** Parts of the cluster that this class needs. */
export interface RunPlaces {
  /** `host:port` of this node. */
  readonly identity: string;
  isPresent(address: Address): boolean;
  present(): Address[];
  /** Can a node that is not present come back? It is a member, or a node that this one cannot know yet. */
  mayComeBack(address: Address): boolean;
  /** Nodes that belong to the cluster and cannot be asked now. */
  absent(): Address[];
}

/**
 * The runs of a node and of its peers. Ended runs are answered from the shared work folder; other runs by the node that
 * accepted them, which the uuid names.
 */
export class ClusterRuns implements Runs {
  constructor(
    private readonly local: Runs,
    private readonly places: RunPlaces,
    private readonly records: PeerRecords,
  ) {}

  async get(uuid: string): Promise<RunRecord | undefined> {
    return (await this.read(uuid))?.record;
  }

  async wait(
    uuid: string,
    waitMs: number,
    options: { signal?: AbortSignal; waiter?: string } = {},
  ): Promise<RunRecord | undefined> {
    const from = performance.now();
    const found = await this.read(uuid);
    if (found === undefined || isTerminal(found.record.state)) return found?.record;
    if (found.at === undefined) return this.local.wait(uuid, waitMs, options);
    try {
      return await this.records.get(found.at, uuid, waitMs, options.signal);
    } catch (error) {
      if (options.signal?.aborted) return found.record;
      if (!isUnreachable(error) || (await this.local.get(uuid)) === undefined) throw error;
      // The node died meanwhile: the node that takes over its runs writes their records into the work folder.
      return this.local.wait(uuid, Math.max(0, waitMs - (performance.now() - from)), options);
    }
  }

  async result(uuid: string): Promise<JsonText | undefined> {
    const result = await this.local.result(uuid);
    if (result !== undefined) return result;
    const found = await this.read(uuid);
    return found?.at === undefined ? undefined : this.records.result(found.at, uuid);
  }

  async remove(uuid: string): Promise<boolean> {
    const found = await this.find(uuid);
    return found?.at === undefined ? this.local.remove(uuid) : this.records.remove(found.at, uuid);
  }

  async *log(
    uuid: string,
    options: { from?: string; follow: boolean; signal?: AbortSignal },
  ): AsyncGenerator<LogChunk> {
    const found = await this.read(uuid);
    if (found === undefined) throw new ServiceError("unknown_run", { uuid }, { uuid });
    yield* found.at === undefined ? this.local.log(uuid, options) : this.records.log(found.at, uuid, options);
  }

  async kill(uuid: string): Promise<"killed" | "ended" | "unknown"> {
    const found = await this.find(uuid);
    return found?.at === undefined ? this.local.kill(uuid) : this.records.kill(found.at, uuid);
  }

  run(wanted: WantedRun) {
    return this.local.run(wanted);
  }

  async submit(wanted: WantedRun) {
    try {
      return await this.local.submit(wanted);
    } catch (error) {
      // The run of an idempotency key may have been handed to another node.
      const uuid = error instanceof ServiceError && error.code === "result_gone" ? error.details.uuid : undefined;
      const record = typeof uuid === "string" ? await this.get(uuid) : undefined;
      if (record === undefined) throw error;
      return { record, isNew: false };
    }
  }

  list(filter: RunFilter): Promise<RunPage> {
    return this.local.list(filter);
  }

  counts() {
    return this.local.counts();
  }

  get queueKind() {
    return this.local.queueKind;
  }

  sentTo(uuid: string) {
    return this.local.sentTo(uuid);
  }

  knowsAll(record: RunRecord) {
    return this.local.knowsAll(record);
  }

  retry(uuid: string, by: string) {
    return this.local.retry(uuid, by);
  }

  trouble() {
    return this.local.trouble();
  }

  onEnd(listener: (record: RunRecord) => void): () => void {
    return this.local.onEnd(listener);
  }

  running(): string[] {
    return this.local.running();
  }

  start(): Promise<void> {
    return this.local.start();
  }

  drain(): void {
    this.local.drain();
  }

  close(): Promise<void> {
    return this.local.close();
  }

  /** As {@link find}; for a run of a shared work folder whose node does not answer, the record in the folder. */
  private async read(uuid: string): Promise<Found | undefined> {
    try {
      return await this.find(uuid);
    } catch (error) {
      const isHere = isUnreachable(error) && this.local.sentTo(uuid) === undefined;
      const record = isHere ? await this.local.get(uuid) : undefined;
      if (record === undefined) throw error;
      return { record, at: undefined };
    }
  }

  /**
   * Finds a run and its record.
   * @throws ServiceError `peer_unreachable` when the only node that can know does not answer
   */
  private async find(uuid: string): Promise<Found | undefined> {
    const { identity } = this.places;
    const taker = this.local.sentTo(uuid);
    if (taker !== undefined) return this.askTaker(uuid, taker);
    const known = await this.local.get(uuid);
    if (known !== undefined && (isTerminal(known.state) || this.local.knowsAll(known))) {
      return { record: known, at: undefined };
    }
    let at = known === undefined ? ownerOf(uuid) : parseAddress(known.node);
    let found: Found | undefined = known === undefined ? undefined : { record: known, at: undefined };
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      if (at === undefined) return found;
      // This node may have handed it to another one when it stopped.
      if (formatAddress(at) === identity) return found ?? this.search(uuid);
      if (!this.places.isPresent(at)) return found ?? this.search(uuid, at);
      const record = await this.records.get(at, uuid);
      if (record === undefined) return found ?? this.search(uuid);
      found = { record, at };
      if (isTerminal(record.state) || record.node === formatAddress(at)) return found;
      at = parseAddress(record.node);
    }
    return found;
  }

  /**
   * Asks the receiver of a run that this node was handing over: it may have the run, and have ended it.
   * @param taker `host:port`
   * @throws ServiceError `peer_unreachable` unless it confirms that it has the run
   */
  private async askTaker(uuid: string, taker: string): Promise<Found> {
    const at = parseAddress(taker);
    const record = at !== undefined && this.places.isPresent(at) ? await this.records.get(at, uuid) : undefined;
    if (record === undefined) throw new ServiceError("peer_unreachable", { node: taker, reason: MAY_HAVE_IT });
    return { record, at };
  }

  /**
   * Searches a run that is not at the node its id names: it may have been handed to another node, or be in a folder
   * that one shares. Undefined when every node of the cluster has answered that it does not know it.
   * @param owner the node that its id names, when the run is not there
   * @throws ServiceError `peer_unreachable` when no node knows it and not every node could be asked
   */
  private async search(uuid: string, owner?: Address): Promise<Found | undefined> {
    const present = this.places.present();
    let unasked: Error | undefined;
    for (let from = 0; from < present.length; from += ASKED_AT_ONCE) {
      try {
        return await Promise.any(present.slice(from, from + ASKED_AT_ONCE).map((at) => this.ask(uuid, at)));
      } catch (error) {
        unasked ??= (error as AggregateError).errors.find((each: ServiceError) => each.code !== "unknown_run");
      }
    }
    if (owner !== undefined && this.places.mayComeBack(owner)) {
      const reason = "it is not running, or the two nodes have not connected yet";
      throw new ServiceError("peer_unreachable", { node: formatAddress(owner), reason });
    }
    // A broker knows all runs, handed over or not.
    if (this.local.queueKind !== "spool") return undefined;
    if (unasked !== undefined) throw unasked;
    const [absent] = this.places.absent();
    if (absent === undefined) return undefined;
    throw new ServiceError("peer_unreachable", { node: formatAddress(absent), reason: MAY_HAVE_IT });
  }

  /** @throws ServiceError `unknown_run` when the node does not know the run, `peer_unreachable` when it does not answer */
  private async ask(uuid: string, at: Address): Promise<Found> {
    const record = await this.records.get(at, uuid);
    if (record === undefined) throw new ServiceError("unknown_run", { uuid });
    return { record, at };
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "peer_unreachable";
}
