import { randomUUID } from "node:crypto";
import { type IOperation, type Namespace, Range } from "etcd3";
import { unpacked } from "../../base/json/packed-json.js";
import type { QueuedRun } from "../../model/record.js";
import type { Given, Renewal } from "../broker/backend.js";
import { digits, keys, lastPart } from "./keys.js";
import type { NodeLease } from "./node-lease.js";
import type { ReadyKeys } from "./ready-keys.js";
import type { Change, Documents, Read, RunDocument } from "./run-documents.js";
import { joinedPieces } from "./text-pieces.js";
import { isHeld, returned } from "./transitions.js";

/** Most due runs that are made ready at a time. */
const BATCH = 50;
/** Most ready runs that are skipped after another node was faster. */
const MAX_SKIPPED = 6;

/** Claims runs for this node, and recovers those of dead nodes. */
export class Claims {
  /** Time of the first run that is not due yet, as far as this node knows; undefined: to be read. */
  private dueAt: number | undefined;
  /** Runs that this node claims now, before the answer. */
  private readonly asked = new Set<{ uuid: string }>();
  /** Part of the liveness key of each claim: a claim outlives the lease that this node had when it was made. */
  private readonly self = randomUUID();

  constructor(
    private readonly etcd: Namespace,
    private readonly documents: Documents,
    private readonly readyKeys: ReadyKeys,
    private readonly nodeLease: NodeLease,
  ) {}

  /** Notes a run that becomes due then; ms since the epoch. */
  noteDue(at: number): void {
    if (this.dueAt !== undefined) this.dueAt = Math.min(this.dueAt, at);
  }

  /** Forgets the time: a message about a queued run may have been missed. */
  forget(): void {
    this.dueAt = undefined;
    this.documents.forget();
    this.readyKeys.forget();
  }

  /** Claims the first ready run that no limit holds back; otherwise ms until the next one is due, if there is one. */
  async next(): Promise<Given | { waitMs: number | undefined }> {
    if (this.dueAt === undefined || this.dueAt <= Date.now()) await this.moveDue();
    for (;;) {
      const ready = await this.readyKeys.all();
      const full = new Set<string>();
      let hasPassed = false;
      for (let at = 0; at < ready.length; at++) {
        const read = await this.cached(ready[at]!);
        const { name, most = 0 } = { name: read?.document.record.name, most: read?.document.most };
        if (most > 0 && full.has(name!)) continue;
        const given = await this.give(read);
        if (given === "full") full.add(name!);
        else if (given === "lost") {
          // All nodes claim the first run; the losers skip some, so that their next attempts are for different ones.
          const skipped = Math.floor(Math.random() * MAX_SKIPPED);
          if (skipped > 0 && at + 1 < ready.length) hasPassed = true;
          at += skipped;
        } else if (given !== undefined) return given;
      }
      if (!hasPassed) return { waitMs: this.waitMs() };
    }
  }

  /** Claims this run, if it is ready and its name is below its limit. */
  async one(uuid: string): Promise<Given | undefined> {
    const given = await this.give(await this.documents.read(uuid));
    return typeof given === "string" ? undefined : given;
  }

  async renew(uuid: string, token: string): Promise<Renewal> {
    const lease = await this.nodeLease.id();
    const read = await this.documents.read(uuid);
    if (read === undefined || !isHeld(read.document, token)) return "lost";
    // With a lost lease its liveness key is gone; the next check notices when another node was faster.
    if (!(await this.etcd.get(keys.claim(uuid)).exists())) {
      const also = [this.livenessKey(uuid, token, lease)];
      await this.documents.write(read, { document: read.document, also, isQuiet: true });
    }
    return read.document.isToBeKilled ? "kill" : "held";
  }

  /**
   * Requeues runs whose holders died before their start, and claims those that ran.
   * @param isHeld see `Backend.reap`
   */
  async ofDeadNodes(isHeld: (uuid: string, token: string) => boolean): Promise<Given[]> {
    // Both lists at one revision: a run claimed between two reads would seem to have no holder.
    const { responses } = await this.etcd
      .if(keys.redeliveries, "Mod", ">", -1)
      .then(this.etcd.getAll().prefix("q/out/"), this.etcd.getAll().prefix("q/claim/"))
      .commit();
    const [out, claims] = responses.map(({ response_range: { kvs } }) => kvs);
    const alive = new Set<string>();
    const forgotten = new Map<string, string>();
    for (const { key, value } of claims!) {
      const uuid = lastPart(key.toString());
      const [token = "", holder] = value.toString().split(" ");
      alive.add(uuid);
      // This node lives, but does not know that it has the run: the answer with the claim got lost.
      if (holder === this.self && !isHeld(uuid, token) && !this.isAsking(uuid)) forgotten.set(uuid, token);
    }
    const taken: Given[] = [];
    for (const uuid of out!.map(({ key }) => lastPart(key.toString()))) {
      const token = forgotten.get(uuid);
      const given = alive.has(uuid) && token === undefined ? undefined : await this.takeOver(uuid, token);
      if (given !== undefined) taken.push(given);
    }
    return taken;
  }

  /**
   * The cached document of a ready run; undefined when the run is known to have left the queue, of which a message will
   * come.
   */
  private async cached(key: string): Promise<Read | undefined> {
    const cached = this.documents.cached(lastPart(key)) ?? (await this.documents.read(lastPart(key)));
    return cached?.document.place === key ? cached : undefined;
  }

  /** Claims a run as it was read: `lost` when it has changed since, `full` when its name is at its limit. */
  private async give(read: Read | undefined): Promise<Given | "lost" | "full" | undefined> {
    if (read?.document.state !== "waiting" || !read.document.place?.startsWith("q/ready/")) return undefined;
    const [lease, taken] = await Promise.all([this.nodeLease.id(), this.freePlace(read.document)]);
    if (taken === undefined) return "full";
    const { place, ...rest } = read.document;
    const { uuid } = rest.record;
    const document: RunDocument = { ...rest, state: "claimed", token: rest.token + 1 };
    let answers: Awaited<ReturnType<Documents["write"]>>;
    if (taken !== "") document.taken = taken;
    const also: IOperation[] = [
      this.etcd.getAll().prefix(keys.payload(uuid)),
      this.etcd.delete().key(place),
      this.etcd.put(keys.out(uuid)).value(""),
      this.livenessKey(uuid, String(document.token), lease),
    ];
    if (taken !== "") also.push(this.etcd.put(taken).value(uuid).lease(lease));
    const asked = { uuid };
    this.asked.add(asked);
    try {
      // Other nodes need not know the holder: the record has not changed.
      const change = { document, also, isQuiet: true, free: taken === "" ? [] : [taken] };
      answers = await this.documents.write(read, change, uuid);
    } finally {
      // Only after the caller knows that it has the run.
      setImmediate(() => this.asked.delete(asked));
    }
    return answers === undefined ? "lost" : givenOf(document, joinedPieces(answers[0]!.response_range.kvs));
  }

  /** Key that lives as long as this node; holds the token of its claim. */
  private livenessKey(uuid: string, token: string, lease: string): IOperation {
    return this.etcd.put(keys.claim(uuid)).value(`${token} ${this.self}`).lease(lease);
  }

  private isAsking(uuid: string): boolean {
    for (const asked of this.asked) if (asked.uuid === uuid) return true;
    return false;
  }

  /** @param token of a claim that its living node does not use; undefined: there must be no living claim */
  private async takeOver(uuid: string, token: string | undefined): Promise<Given | undefined> {
    const lease = await this.nodeLease.id();
    const redeliveries = (await this.etcd.get(keys.redeliveries).number()) ?? 0;
    const read = await this.documents.read(uuid);
    if (read === undefined || !["claimed", "running"].includes(read.document.state)) return undefined;
    if (token !== undefined && !isHeld(read.document, token)) return undefined;
    const document: RunDocument = { ...read.document, token: read.document.token + 1 };
    const isRunning = document.state === "running";
    const change: Change = isRunning
      ? { document, also: [this.livenessKey(uuid, String(document.token), lease)], isQuiet: true }
      : returned(this.etcd, document, document.record, 0);
    change.also.push(this.etcd.put(keys.redeliveries).value(redeliveries + 1));
    if (token === undefined) change.free = [keys.claim(uuid)];
    // The faster one, the holder or another node, has done the work.
    if ((await this.documents.write(read, change)) === undefined || !isRunning) return undefined;
    const { kvs } = await this.etcd.getAll().prefix(keys.payload(uuid)).exec();
    return { ...givenOf(document, joinedPieces(kvs)), isToBeKilled: document.isToBeKilled === true };
  }

  /** Makes due runs ready. */
  private async moveDue(): Promise<void> {
    // A message during the read must not be overwritten.
    this.dueAt = Number.POSITIVE_INFINITY;
    const due = new Range("q/later/", `q/later/${digits(Date.now() + 1)}`);
    for (const key of await this.etcd.getAll().inRange(due).limit(BATCH).keys()) {
      await this.documents.change(lastPart(key), (read) => {
        if (read?.document.place !== key) return undefined;
        const place = keys.ready(read.document.record);
        const also = [this.etcd.delete().key(key), this.etcd.put(place).value("")];
        return { document: { ...read.document, place }, also, isQuiet: true };
      });
    }
    const [next] = await this.etcd.getAll().prefix("q/later/").limit(1).keys();
    if (next !== undefined) this.noteDue(Number(next.split("/")[2]));
  }

  private waitMs(): number | undefined {
    const { dueAt = Date.now() } = this;
    return dueAt === Number.POSITIVE_INFINITY ? undefined : Math.max(0, dueAt - Date.now());
  }

  /** A free key among the limited places of a name; empty without a limit, undefined when none is free. */
  private async freePlace({ record, most }: RunDocument): Promise<string | undefined> {
    if (most === 0) return "";
    const prefix = keys.takenOf(record.name!);
    const taken = new Set((await this.etcd.getAll().prefix(prefix).keys()).map(lastPart));
    for (let place = 0; place < most; place++) if (!taken.has(String(place))) return `${prefix}${place}`;
    return undefined;
  }
}

function givenOf({ record, token }: RunDocument, payload: Buffer | undefined): Given {
  if (payload === undefined) throw new Error(`the queue has no payload of run ${record.uuid}`);
  return { run: { ...(unpacked(payload) as unknown as Omit<QueuedRun, "record">), record }, token: String(token) };
}
