import { randomUUID } from "node:crypto";
import { Etcd3, EtcdLeaseInvalidError, type IOptions, type Namespace, Range } from "etcd3";
import { ServiceError } from "../../base/errors.js";
import { type JsonText, jsonTextOf } from "../../base/json/json-text.js";
import { packed, unpacked } from "../../base/json/packed-json.js";
import { addressText, type QueueAddress } from "../../config/queue-address.js";
import type { QueueCounts } from "../../model/queue.js";
import type { QueuedRun, RunFilter, RunPage, RunRecord } from "../../model/record.js";
import type { Backend, Given, Keeping, Message, Renewal } from "../broker/backend.js";
import { Claims } from "./claims.js";
import { EtcdSharedKeys } from "./etcd-shared-keys.js";
import { digits, keys, lastPart } from "./keys.js";
import { listRuns } from "./list-runs.js";
import { LogPieces } from "./log-pieces.js";
import { NodeLease } from "./node-lease.js";
import { ReadyKeys } from "./ready-keys.js";
import { type Change, Documents, type RunDocument } from "./run-documents.js";
import { readPieces, writePieces } from "./text-pieces.js";
import { ended, isHeld, placeOf, returned } from "./transitions.js";
import { watchRuns } from "./watch.js";

/** Longest wait for an answer, ms. */
const ANSWER_MS = 5_000;
/** Interval of checks whether etcd is back, ms. */
const CHECK_MS = 1_000;

/** The queue in etcd 3.4 or newer: transactions that compare revisions, and leases that end with their node. */
export class EtcdBackend implements Backend {
  readonly kind = "etcd3";
  readonly sharedKeys: EtcdSharedKeys;
  private readonly client: Etcd3;
  private readonly etcd: Namespace;
  private readonly documents: Documents;
  private readonly readyKeys: ReadyKeys;
  private readonly nodeLease: NodeLease;
  private readonly claims: Claims;
  private readonly logs: LogPieces;
  private reason: string | undefined = "not connected yet";
  private lookTimer: NodeJS.Timeout | undefined;
  private onConnected: () => void = () => undefined;
  private onMessage: (message: Message) => void = () => undefined;
  private stopWatch: (() => Promise<void>) | undefined;
  private isClosed = false;

  /** @param cluster CNAME: nodes of other clusters may use the same etcd */
  constructor(
    private readonly address: QueueAddress,
    cluster: string,
    private readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void },
  ) {
    this.client = new Etcd3(clientOptions(address));
    this.etcd = this.client.namespace(`rojob/${cluster}/`);
    this.nodeLease = new NodeLease(this.etcd);
    this.sharedKeys = new EtcdSharedKeys(this.etcd, (question) => this.ask(question));
    this.documents = new Documents(this.etcd);
    this.readyKeys = new ReadyKeys(this.etcd);
    this.claims = new Claims(this.etcd, this.documents, this.readyKeys, this.nodeLease);
    this.logs = new LogPieces(this.etcd);
  }

  start(): void {
    void this.check();
  }

  trouble(): string | undefined {
    return this.reason === undefined ? undefined : `${addressText(this.address)} cannot be reached: ${this.reason}`;
  }

  listen(onMessage: (message: Message) => void, onConnected: () => void): void {
    this.onMessage = onMessage;
    this.onConnected = onConnected;
  }

  submit({ record, ...payload }: QueuedRun): Promise<boolean> {
    return this.ask(async () => {
      const { uuid } = record;
      const place = placeOf(record, record.notBefore ?? 0);
      const most = record.name === undefined ? 0 : (payload.maxPerName ?? 0);
      const document: RunDocument = { state: "waiting", record, token: 0, place, most, redeliveries: 0 };
      const also = [
        ...(await writePieces(this.etcd, keys.payload(uuid), packed(payload))),
        this.etcd.put(place).value(uuid),
        this.etcd.put(keys.age(record)).value(""),
      ];
      return (await this.documents.write(undefined, { document, also })) !== undefined;
    });
  }

  claim(_leaseMs: number, uuid?: string): Promise<Given | { waitMs: number | undefined }> {
    return this.ask(async () => {
      if (uuid === undefined) return this.claims.next();
      return (await this.claims.one(uuid)) ?? { waitMs: undefined };
    });
  }

  reap(_leaseMs: number, _silenceMs: number, isHeld: (uuid: string, token: string) => boolean): Promise<Given[]> {
    return this.ask(() => this.claims.ofDeadNodes(isHeld));
  }

  renew(_leaseMs: number, _silenceMs: number, held: { uuid: string; token: string }[]): Promise<Renewal[]> {
    return this.ask(() => Promise.all(held.map(({ uuid, token }) => this.claims.renew(uuid, token))));
  }

  started(uuid: string, token: string, record: RunRecord): Promise<boolean> {
    return this.change(uuid, token, (document) => ({ document: { ...document, state: "running", record }, also: [] }));
  }

  complete(uuid: string, token: string, record: RunRecord, result: JsonText, keeping: Keeping): Promise<boolean> {
    return this.ask(async () => {
      // Under a key of its own, before the run has ended: no reader sees a partial result, or that of another holder.
      const place = keys.result(uuid, randomUUID());
      const rest = await writePieces(this.etcd, place, result);
      const isHeld = await this.changeHeld(uuid, token, (document) => {
        const change = ended(this.etcd, document, record, place, keeping);
        return { ...change, also: [...change.also, ...rest] };
      });
      this.logs.forget(uuid);
      if (isHeld) return true;
      if (rest.length === 0) await this.etcd.delete().prefix(place);
      // The answer to an earlier try may have been lost.
      const { state, token: last } = (await this.documents.read(uuid))?.document ?? {};
      return state === "ended" && String(last) === token;
    });
  }

  putBack(uuid: string, token: string, record: RunRecord, delayMs: number): Promise<boolean> {
    return this.change(uuid, token, (document) => returned(this.etcd, document, record, delayMs));
  }

  cancel(uuid: string, killed: RunRecord, keeping: Keeping): Promise<"waiting" | "running" | "ended" | "unknown"> {
    return this.ask(async () => {
      let was: "waiting" | "running" | "ended" | "unknown" = "unknown";
      await this.documents.change(uuid, (read) => {
        if (read === undefined) return undefined;
        const { document } = read;
        was = document.state === "claimed" ? "running" : document.state;
        if (was === "ended") return undefined;
        if (was === "running") return { document: { ...document, isToBeKilled: true }, also: [] };
        const place = keys.result(uuid, "none");
        const change = ended(this.etcd, document, killed, place, keeping);
        const result = this.etcd.put(`${place}${digits(0)}`).value("null");
        return { ...change, also: [...change.also, result] };
      });
      return was;
    });
  }

  update(record: RunRecord): Promise<void> {
    return this.ask(async () => {
      await this.documents.change(record.uuid, (read) =>
        read?.document.state === "ended" ? { document: { ...read.document, record }, also: [] } : undefined,
      );
    });
  }

  forget(uuid: string): Promise<boolean> {
    return this.ask(() => this.remove(uuid));
  }

  clean(most: number, atOnce: number): Promise<number> {
    return this.ask(async () => {
      const due = new Range("i/expiry/", `i/expiry/${digits(Date.now())}`);
      const expired = await this.etcd.getAll().inRange(due).limit(atOnce).keys();
      const over = most === 0 ? 0 : (await this.etcd.getAll().prefix("i/ended/").count()) - most - expired.length;
      const oldest = over <= 0 ? [] : await this.etcd.getAll().prefix("i/ended/").limit(Math.min(over, atOnce)).keys();
      let removed = 0;
      for (const key of [...expired, ...oldest]) if (await this.remove(lastPart(key))) removed++;
      return removed;
    });
  }

  get(uuid: string): Promise<RunRecord | undefined> {
    return this.ask(async () => (await this.documents.read(uuid))?.document.record);
  }

  result(uuid: string): Promise<JsonText | undefined> {
    return this.ask(async () => {
      const place = (await this.documents.read(uuid))?.document.resultPlace;
      const bytes = place === undefined ? undefined : await readPieces(this.etcd, place);
      return bytes === undefined ? undefined : jsonTextOf(bytes);
    });
  }

  payload(uuid: string): Promise<Omit<QueuedRun, "record"> | undefined> {
    return this.ask(async () => {
      const bytes = await readPieces(this.etcd, keys.payload(uuid));
      return bytes === undefined ? undefined : (unpacked(bytes) as unknown as Omit<QueuedRun, "record">);
    });
  }

  list(filter: RunFilter): Promise<RunPage> {
    return this.ask(() => listRuns(this.etcd, filter));
  }

  counts(): Promise<QueueCounts> {
    return this.ask(async () => {
      const count = (prefix: string): Promise<number> => this.etcd.getAll().prefix(prefix).count();
      const states = ["done", "failed", "killed", "interrupted", "expired"] as const;
      const [ready, later, running, first, redelivered, ...ended] = await Promise.all([
        count("q/ready/"),
        count("q/later/"),
        count("q/out/"),
        this.etcd.getAll().prefix("q/ready/").limit(1).keys(),
        this.etcd.get(keys.redeliveries).number(),
        ...states.map((state) => count(`i/state/${state}/`)),
      ]);
      const oldest = first[0] === undefined ? undefined : await this.documents.read(lastPart(first[0]));
      return {
        waiting: ready + later,
        running,
        oldestWaitingMs: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.document.record.acceptedAt),
        ended: Object.fromEntries(states.map((state, index) => [state, ended[index]!]).filter(([, number]) => number)),
        redeliveries: redelivered ?? 0,
      };
    });
  }

  appendLog(uuid: string, text: string, _ttlMs: number): Promise<void> {
    return this.ask(() => this.logs.append(uuid, text));
  }

  readLog(uuid: string, from: string | undefined, most: number) {
    return this.ask(() => this.logs.read(uuid, Math.max(0, Number(from ?? 0) || 0), most));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.lookTimer);
    await this.stopWatch?.();
    await this.nodeLease.end();
    this.client.close();
  }

  private change(uuid: string, token: string, change: (document: RunDocument) => Change): Promise<boolean> {
    return this.ask(() => this.changeHeld(uuid, token, change));
  }

  /** @returns false when the claim with this token is lost */
  private async changeHeld(uuid: string, token: string, change: (document: RunDocument) => Change): Promise<boolean> {
    const written = await this.documents.change(uuid, (read) =>
      read !== undefined && isHeld(read.document, token) ? change(read.document) : undefined,
    );
    return written !== undefined;
  }

  private async remove(uuid: string): Promise<boolean> {
    const read = await this.documents.read(uuid);
    if (read?.document.state !== "ended") return false;
    const { record } = read.document;
    const gone = [keys.run(uuid), keys.age(record), keys.endedAs(record.state, uuid), keys.logged(uuid)];
    gone.push(keys.ended(record.endedAt ?? 0, uuid));
    if (record.expiresAt !== undefined) gone.push(keys.expiry(record.expiresAt, uuid));
    const removed = await this.etcd
      .if(keys.run(uuid), "Mod", "==", read.revision)
      .then(
        ...gone.map((key) => this.etcd.delete().key(key)),
        ...[keys.results(uuid), keys.logs(uuid), keys.payload(uuid)].map((prefix) => this.etcd.delete().prefix(prefix)),
      )
      .commit();
    return removed.succeeded;
  }

  /** Checks etcd until it answers, then starts to watch it. */
  private async check(): Promise<void> {
    try {
      await this.etcd.get(keys.redeliveries).exists();
      this.stopWatch ??= await watchRuns(this.etcd, {
        message: this.onMessage,
        document: (document, revision) => this.documents.note(document, revision),
        ready: (key, isThere) => (isThere ? this.readyKeys.add(key) : this.readyKeys.remove(key)),
        later: (dueAt) => this.claims.noteDue(dueAt),
        connected: () => this.connected(),
        lost: (error) => this.lost(error),
      });
      if (this.isClosed) return;
      this.reason = undefined;
      this.log.info({ queue: addressText(this.address) }, "connected to the queue");
      this.connected();
    } catch (error) {
      this.lost(error as Error);
    }
  }

  private connected(): void {
    this.claims.forget();
    this.onConnected();
  }

  private lost(error: Error): void {
    if (this.isClosed) return;
    if (this.reason === undefined) this.log.warn({ queue: this.kind, err: error }, "the queue is unreachable");
    this.reason = error.message;
    clearTimeout(this.lookTimer);
    this.lookTimer = setTimeout(() => void this.check(), CHECK_MS);
  }

  /** @throws ServiceError `queue_unavailable` */
  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      if (cause instanceof EtcdLeaseInvalidError) this.nodeLease.invalid();
      this.lost(cause as Error);
      throw new ServiceError("queue_unavailable", { reason: this.trouble()! }, { cause });
    }
  }
}

function clientOptions({ hosts, tls, ca, user, password }: QueueAddress): IOptions {
  const options: IOptions = {
    hosts: hosts.map(
      ({ host, port }) => `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    ),
    // Texts are written in chunks of half a MB, but read in one request.
    grpcOptions: { "grpc.max_receive_message_length": -1 },
    defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + ANSWER_MS }),
  };
  if (ca !== undefined) options.credentials = { rootCertificate: Buffer.from(ca) };
  if (user !== undefined && password !== undefined) options.auth = { username: user, password };
  return options;
}
