import type { Redis } from "ioredis";
import { ServiceError } from "../../base/errors.js";
import { type JsonText, joinPieces, jsonTextOf } from "../../base/json/json-text.js";
import { packed, unpacked } from "../../base/json/packed-json.js";
import { addressText, type QueueAddress } from "../../config/queue-address.js";
import type { QueueCounts } from "../../model/queue.js";
import type { QueuedRun, RunFilter, RunPage, RunRecord } from "../../model/record.js";
import type { Backend, Given, Keeping, Message, Renewal } from "../broker/backend.js";
import { connectRedis } from "./connection.js";
import { listRuns } from "./list-runs.js";
import { RedisSharedKeys } from "./redis-shared-keys.js";
import { type ScriptName, scripts } from "./scripts.js";

/** Most bytes of a run's output that are kept. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;
const LOG_IS_FULL = `[output above ${MAX_LOG_BYTES / 1024 / 1024} MB is not kept]\n`;
/** Runs of one priority are ordered by acceptance, in ms; this is more than any time to come. */
const PRIORITY_STEP = 2 ** 42;

type Argument = string | number | Buffer;
type Script = (prefix: string, ...args: Argument[]) => Promise<unknown>;

/** The queue in Redis 6.2 or newer. Its guarantees hold as far as Redis keeps acknowledged writes: `appendonly yes`. */
export class RedisBackend implements Backend {
  readonly kind = "redis";
  readonly sharedKeys: RedisSharedKeys;
  private readonly commands: Redis;
  private readonly messages: Redis;
  private readonly prefix: string;
  private lastError: string | undefined = "not connected yet";

  /** @param cluster CNAME: nodes of other clusters may use the same database */
  constructor(
    private readonly address: QueueAddress,
    cluster: string,
    private readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void },
  ) {
    this.prefix = `{rojob:${cluster}}:`;
    this.commands = connectRedis(address, false);
    this.messages = connectRedis(address, true);
    this.sharedKeys = new RedisSharedKeys({
      call: (name, ...args) => this.call(name, ...args),
      get: (key) => this.ask(() => this.commands.get(this.prefix + key)),
      members: (key) => this.ask(() => this.commands.smembers(this.prefix + key)),
    });
    for (const [name, lua] of Object.entries(scripts))
      this.commands.defineCommand(`rojob_${name}`, { numberOfKeys: 1, lua });
  }

  start(): void {
    for (const redis of [this.commands, this.messages]) {
      redis.on("error", (error: Error) => {
        if (this.lastError === undefined) this.log.warn({ queue: this.kind, err: error }, "the queue is unreachable");
        this.lastError = error.message || String((error as NodeJS.ErrnoException).code);
      });
      // An event reports its failure, and it is tried again.
      redis.connect().catch(() => undefined);
    }
    this.commands.on("ready", () => {
      this.lastError = undefined;
      this.log.info({ queue: addressText(this.address) }, "connected to the queue");
      void this.checkDurability();
    });
  }

  trouble(): string | undefined {
    if (this.commands.status === "ready") return undefined;
    return `${addressText(this.address)} cannot be reached: ${this.lastError ?? "the connection was lost"}`;
  }

  listen(onMessage: (message: Message) => void, onConnected: () => void): void {
    this.messages.on("message", (_channel, text) => onMessage(readMessage(text)));
    let isListening = false;
    const both = (): void => {
      if (isListening && this.commands.status === "ready") onConnected();
    };
    const listens = (): void => {
      isListening = true;
      both();
    };
    this.commands.on("ready", both);
    this.messages.on("close", () => {
      isListening = false;
    });
    this.messages.on("ready", () => {
      this.messages.subscribe(`${this.prefix}events`).then(listens, (error: Error) => {
        this.log.warn({ queue: this.kind, err: error }, "cannot subscribe to changes of the queue");
        this.messages.disconnect(true);
      });
    });
  }

  async submit({ record, ...payload }: QueuedRun): Promise<boolean> {
    const { uuid, name = "", priority, acceptedAt, notBefore = 0 } = record;
    const score = acceptedAt - priority * PRIORITY_STEP;
    const rest = [name, payload.maxPerName ?? 0, score, notBefore, acceptedAt];
    return (await this.call("submit", uuid, JSON.stringify(record), joinPieces(packed(payload)), ...rest)) === 1;
  }

  async claim(leaseMs: number, uuid = ""): Promise<Given | { waitMs: number | undefined }> {
    const [found, ...rest] = (await this.callForBytes("claim", leaseMs, uuid)) as [Buffer, ...Buffer[]];
    if (found.length > 0) return given(found, rest);
    // The answer is a number.
    const waitMs = Number(String(rest[0]));
    return { waitMs: waitMs < 0 ? undefined : waitMs };
  }

  async reap(leaseMs: number, silenceMs: number): Promise<Given[]> {
    const flat = (await this.callForBytes("reap", leaseMs, silenceMs)) as Buffer[];
    const taken: Given[] = [];
    for (let at = 0; at < flat.length; at += 5) {
      taken.push({ ...given(flat[at]!, flat.slice(at + 1, at + 4)), isToBeKilled: flat[at + 4]!.length > 0 });
    }
    return taken;
  }

  async renew(leaseMs: number, silenceMs: number, held: { uuid: string; token: string }[]): Promise<Renewal[]> {
    const answers = (await this.call(
      "renew",
      leaseMs,
      silenceMs,
      ...held.flatMap(({ uuid, token }) => [uuid, token]),
    )) as number[];
    return answers.map((answer) => (["lost", "held", "kill"] as const)[answer]!);
  }

  async started(uuid: string, token: string, record: RunRecord): Promise<boolean> {
    return (await this.call("started", uuid, token, JSON.stringify(record))) === 1;
  }

  async complete(uuid: string, token: string, record: RunRecord, result: JsonText, keeping: Keeping): Promise<boolean> {
    const text = JSON.stringify(record);
    return (await this.call("complete", uuid, token, text, result, record.state, keeping.expiresAt ?? 0)) === 1;
  }

  async putBack(uuid: string, token: string, record: RunRecord, delayMs: number): Promise<boolean> {
    return (await this.call("putBack", uuid, token, JSON.stringify(record), delayMs)) === 1;
  }

  async cancel(
    uuid: string,
    killed: RunRecord,
    keeping: Keeping,
  ): Promise<"waiting" | "running" | "ended" | "unknown"> {
    const was = await this.call("cancel", uuid, JSON.stringify(killed), keeping.expiresAt ?? 0);
    return was as "waiting" | "running" | "ended" | "unknown";
  }

  async update(record: RunRecord): Promise<void> {
    await this.call("update", record.uuid, JSON.stringify(record));
  }

  async forget(uuid: string): Promise<boolean> {
    return (await this.call("forget", uuid)) === 1;
  }

  async clean(most: number, atOnce: number): Promise<number> {
    return (await this.call("clean", most, atOnce)) as number;
  }

  async get(uuid: string): Promise<RunRecord | undefined> {
    const text = await this.ask(() => this.commands.hget(`${this.prefix}run:${uuid}`, "record"));
    return text === null ? undefined : (JSON.parse(text) as RunRecord);
  }

  async result(uuid: string): Promise<JsonText | undefined> {
    const bytes = await this.ask(() => this.commands.getBuffer(`${this.prefix}result:${uuid}`));
    return bytes === null ? undefined : jsonTextOf(bytes);
  }

  async payload(uuid: string): Promise<Omit<QueuedRun, "record"> | undefined> {
    const bytes = await this.ask(() => this.commands.hgetBuffer(`${this.prefix}run:${uuid}`, "payload"));
    return bytes === null ? undefined : (unpacked(bytes) as unknown as Omit<QueuedRun, "record">);
  }

  list(filter: RunFilter): Promise<RunPage> {
    return this.ask(() => listRuns(this.commands, this.prefix, filter));
  }

  async counts(): Promise<QueueCounts> {
    const {
      redeliveries = "0",
      waiting,
      running,
      oldest,
      ...ended
    } = (await this.ask(async () => {
      const flat = (await this.script("counts")(this.prefix)) as string[];
      return Object.fromEntries(flat.flatMap((value, index) => (index % 2 === 0 ? [[value, flat[index + 1]]] : [])));
    })) as Record<string, string>;
    return {
      waiting: Number(waiting),
      running: Number(running),
      oldestWaitingMs: Number(oldest),
      ended: Object.fromEntries(Object.entries(ended).map(([state, count]) => [state, Number(count)])),
      redeliveries: Number(redeliveries),
    };
  }

  async appendLog(uuid: string, text: string, ttlMs: number): Promise<void> {
    await this.call("appendLog", uuid, text, MAX_LOG_BYTES, ttlMs, LOG_IS_FULL);
  }

  async readLog(uuid: string, from: string | undefined, most: number) {
    const start = Math.max(0, Number(from ?? 0) || 0);
    const key = `${this.prefix}log:${uuid}`;
    const bytes = await this.ask(() => this.commands.getrangeBuffer(key, start, start + most));
    const hasMore = bytes.length > most;
    return { bytes: hasMore ? bytes.subarray(0, most) : bytes, from: start, hasMore };
  }

  async close(): Promise<void> {
    for (const redis of [this.commands, this.messages]) redis.disconnect();
  }

  private call(name: ScriptName, ...args: Argument[]): Promise<unknown> {
    return this.ask(() => this.script(name)(this.prefix, ...args));
  }

  /** Texts of the answer as raw bytes: they may be large. */
  private callForBytes(name: ScriptName, ...args: Argument[]): Promise<unknown> {
    return this.ask(() => this.script(`${name}Buffer`)(this.prefix, ...args));
  }

  private script(name: ScriptName | `${ScriptName}Buffer`): Script {
    const command = `rojob_${name}` as const;
    return (prefix, ...args) => (this.commands as unknown as Record<string, Script>)[command]!(prefix, ...args);
  }

  /** @throws ServiceError `queue_unavailable` */
  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      const reason = this.trouble() ?? `${addressText(this.address)}: ${(cause as Error).message}`;
      throw new ServiceError("queue_unavailable", { reason }, { cause });
    }
  }

  /** A Redis without persistence loses acknowledged writes when it ends. */
  private async checkDurability(): Promise<void> {
    try {
      const [, appendOnly] = (await this.commands.config("GET", "appendonly")) as string[];
      const [, appendFsync] = (await this.commands.config("GET", "appendfsync")) as string[];
      if (appendOnly === "yes" && appendFsync === "always") return;
      if (appendOnly === "yes") {
        const cost = `Redis has 'appendfsync ${appendFsync}': a crash may lose the latest accepted runs; 'always' loses none`;
        this.log.info({ queue: addressText(this.address) }, cost);
        return;
      }
      const message = "Redis has 'appendonly no': accepted runs are lost when it ends; set 'appendonly yes'";
      this.log.warn({ queue: addressText(this.address) }, message);
    } catch (error) {
      this.log.info({ queue: this.kind, err: error }, "cannot find out whether Redis keeps its data on disk");
    }
  }
}

function given(uuid: Buffer, [token, record, payload]: Buffer[]): Given {
  if (payload === undefined) throw new Error(`the queue has no payload of run ${uuid}`);
  const rest = unpacked(payload) as unknown as Omit<QueuedRun, "record">;
  return { run: { ...rest, record: JSON.parse(String(record)) as RunRecord }, token: String(token) };
}

function readMessage(text: string): Message {
  const at = text.indexOf(" ");
  const kind = at === -1 ? text : text.slice(0, at);
  const rest = text.slice(at + 1);
  if (kind === "state") return { kind, record: JSON.parse(rest) as RunRecord };
  if (kind === "log" || kind === "kill") return { kind, uuid: rest };
  return { kind: "work" };
}
