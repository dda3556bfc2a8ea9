import type { IncomingMessage } from "node:http";
import { type Address, formatAddress } from "../base/address.js";
import { ServiceError } from "../base/errors.js";
import { type JsonText, jsonTextOf } from "../base/json/json-text.js";
import { textOf } from "../base/json/text-of.js";
import type { LogChunk, RunRecord } from "../model/record.js";
import { AnswerReader } from "./answer-reader.js";
import { type PeerAnswer, type PeerHttp, readText } from "./peer-http.js";

/** Path of the records of a node's runs. */
export const RECORDS_PATH = "/v1/cluster/records";

/** Longest wait for an answer that needs no waiting, ms. */
const ANSWER_MS = 5000;

/** Records of runs at peers. All methods throw ServiceError `peer_unreachable` when no answer comes. */
export class PeerRecords {
  constructor(
    private readonly http: PeerHttp,
    private readonly query: () => Record<string, string>,
  ) {}

  /** @param waitMs 0: answers at once; else at the end of the run or the time limit */
  async get(at: Address, uuid: string, waitMs = 0, signal?: AbortSignal): Promise<RunRecord | undefined> {
    const query: Record<string, string> =
      waitMs > 0 ? { waitMs: String(Math.min(waitMs, Number.MAX_SAFE_INTEGER)) } : {};
    const answer = await this.ask(at, "GET", uuid, "", query, waitMs + ANSWER_MS, signal);
    return answer.status === 404 ? undefined : (JSON.parse(answer.body) as RunRecord);
  }

  async result(at: Address, uuid: string): Promise<JsonText | undefined> {
    const answer = await this.ask(at, "GET", uuid, "/result");
    return answer.status === 404 ? undefined : jsonTextOf(answer.bytes);
  }

  async remove(at: Address, uuid: string): Promise<boolean> {
    const { body } = await this.ask(at, "DELETE", uuid, "", { forget: "true" });
    return (JSON.parse(body) as { removed: boolean }).removed;
  }

  /** Resolves when the run has ended. */
  async kill(at: Address, uuid: string): Promise<"killed" | "ended" | "unknown"> {
    const { body } = await this.ask(at, "DELETE", uuid, "", {}, Number.POSITIVE_INFINITY);
    return (JSON.parse(body) as { outcome: "killed" | "ended" | "unknown" }).outcome;
  }

  async *log(
    at: Address,
    uuid: string,
    { from, follow, signal }: { from?: string; follow: boolean; signal?: AbortSignal },
  ): AsyncGenerator<LogChunk> {
    const query: Record<string, string> = { follow: String(follow) };
    if (from !== undefined) query.from = from;
    const answer = await this.open(at, this.target(uuid, "/log", query), signal);
    if (answer.statusCode !== 200) {
      await readText(answer);
      throw new ServiceError("unknown_run", { uuid }, { uuid });
    }
    const reader = new AnswerReader(answer);
    try {
      for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
        yield JSON.parse(textOf(line)) as LogChunk;
      }
    } catch (error) {
      if (!signal?.aborted) throw unreachable(at, error);
    } finally {
      answer.destroy();
    }
  }

  private open(at: Address, target: string, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = this.http.open(at, "GET", target, "", signal);
      sent.on("error", (error) => reject(unreachable(at, error)));
      sent.on("response", resolve);
      sent.end();
    });
  }

  private async ask(
    at: Address,
    method: string,
    uuid: string,
    path: string,
    query: Record<string, string> = {},
    timeoutMs = ANSWER_MS,
    signal?: AbortSignal,
  ): Promise<PeerAnswer> {
    const limit = timeoutMs < 2 ** 31 ? { timeoutMs } : {};
    let answer: PeerAnswer;
    try {
      answer = await this.http.send(at, method, this.target(uuid, path, query), { ...limit, signal });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw unreachable(at, error);
    }
    if (answer.status === 200 || answer.status === 404) return answer;
    throw unreachable(at, new Error(`it replied ${answer.status} ${answer.body.slice(0, 200)}`));
  }

  private target(uuid: string, path: string, query: Record<string, string>): string {
    return `${RECORDS_PATH}/${encodeURIComponent(uuid)}${path}?${new URLSearchParams({ ...this.query(), ...query })}`;
  }
}

function unreachable(at: Address, cause: unknown): ServiceError {
  return new ServiceError("peer_unreachable", { node: formatAddress(at), reason: (cause as Error).message }, { cause });
}
