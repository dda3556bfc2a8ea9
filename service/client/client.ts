import { randomBytes } from "node:crypto";
import { type Dispatcher, request } from "undici";
import { RoJobError } from "./errors.js";
import { signV2 } from "./sign.js";

export interface RoJobClientOptions {
  /** Where the node is, as `http://host:port`; a path is put before those of the service. */
  url: string;
  /** Key of the node; requests are signed with it (scheme v2). Not needed for a node with PRIVATE=true. */
  apiKey?: string;
  /** The undici dispatcher to send with: an agent of your own, a proxy. */
  dispatcher?: Dispatcher;
}

export interface RunOptions {
  /** Longest time the run may take, ms; the node's JOBTIMEOUT when left out. */
  timeoutMs?: number;
  /** Stops waiting; the run goes on. */
  signal?: AbortSignal;
}

/** How a run ended. */
export interface RunResult {
  uuid: string;
  /** `done` when all went well. */
  state: "done" | "failed" | "killed" | "interrupted" | "expired";
  /** The map the run left, or what its jobs put in its place. */
  result: unknown;
  /** One entry for each job that failed. */
  errors: { name: string; error: string[]; at?: { file: string; line: number; column?: number } }[];
  /** Code of `exit(code)`, when a job called it. */
  exitCode?: number;
  /** `acceptedAt` in ms since the epoch; the others durations in ms. */
  timings: { acceptedAt: number; waitMs: number; runMs: number };
}

export interface Health {
  /** The process answers. */
  alive: boolean;
  /** It takes runs. */
  ready: boolean;
  /** Why it does not. */
  reason?: string;
}

/** Runs oJobs on a node. Safe for concurrent use. */
export class RoJobClient {
  private readonly base: URL;

  /** @throws TypeError when the URL is not one of http or https */
  constructor(private readonly options: RoJobClientOptions) {
    const { url } = options;
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new TypeError(`'${url}' is not the URL of a node; it has to look like http://127.0.0.1:8787`);
    }
    this.base = new URL(url.endsWith("/") ? url : `${url}/`);
  }

  /**
   * Runs an oJob.
   * @param ojob the oJob as YAML or JSON text, or as a map
   * @param args over the oJob's own
   * @throws RoJobError when the node refuses it or does not answer; a failed run is a {@link RunResult}
   */
  exec(ojob: string | object, args: object = {}, options: RunOptions = {}): Promise<RunResult> {
    return this.start({ ojob, args }, options);
  }

  /**
   * Runs a job of the node's run folder.
   * @param path below that folder, as `rojob/echo.yaml`
   * @throws RoJobError as {@link exec}
   */
  run(path: string, args: object = {}, options: RunOptions = {}): Promise<RunResult> {
    return this.start({ run: path, args }, options);
  }

  /** Asks whether the node lives and takes runs; a node that does not answer is not alive. */
  async health(): Promise<Health> {
    try {
      const { status, body } = await this.send("GET", "readyz", "", {});
      return status === 200 ? { alive: true, ready: true } : { alive: true, ready: false, reason: detailOf(body) };
    } catch (error) {
      if (error instanceof RoJobError && error.status === 0)
        return { alive: false, ready: false, reason: error.message };
      throw error;
    }
  }

  private async start(wanted: object, { timeoutMs, signal }: RunOptions): Promise<RunResult> {
    const text = JSON.stringify({ ...wanted, timeoutMs });
    const { status, headers, body } = await this.send("POST", "v1/runs", text, { signal });
    if (status >= 200 && status < 300) return JSON.parse(body) as RunResult;
    const retryAfterS = Number(headers["retry-after"]) || undefined;
    throw new RoJobError(detailOf(body) ?? `The node answered ${status}`, status, codeOf(body), retryAfterS);
  }

  private async send(method: "GET" | "POST", path: string, body: string, { signal }: { signal?: AbortSignal }) {
    const url = new URL(path, this.base);
    const { apiKey, dispatcher } = this.options;
    const headers: Record<string, string> = {};
    if (body !== "") headers["content-type"] = "application/json";
    if (apiKey !== undefined) {
      const target = url.pathname + url.search;
      const date = String(Math.floor(Date.now() / 1000));
      Object.assign(headers, signV2({ apiKey, method, target, body, date, nonce: randomBytes(16).toString("hex") }));
    }
    try {
      // A run may take as long as it likes: how long is for `timeoutMs` and `signal` to say.
      const answer = await request(url, {
        method,
        headers,
        body: body === "" ? undefined : body,
        dispatcher,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw new RoJobError(`${url.origin} did not answer: ${(cause as Error).message}`, 0, undefined, undefined, {
        cause,
      });
    }
  }
}

function fieldOf(body: string, field: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(body) as Record<string, unknown>)[field];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined; // not JSON: something between here and the node answered
  }
}

const detailOf = (body: string): string | undefined => fieldOf(body, "detail");
const codeOf = (body: string): string | undefined => fieldOf(body, "code");
