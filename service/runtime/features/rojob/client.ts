import type { NodeAccess } from "../../base/host.js";
import { world } from "../../base/world.js";
import { paths } from "../../lib/code/packages.js";
import { toBytesAbbreviation } from "../../lib/format/bytes.js";
import { VERSION } from "../../lib/system/system.js";
import { sleep } from "../../lib/system/time.js";
import { Cluster } from "./cluster.js";
import { askNode, isWorthAnotherTry, RoJobError } from "./node-api.js";
import { argumentsOf, outcomeOf, type RunReply } from "./run-reply.js";
import { WorkFolder } from "./work.js";

type Args = Record<string, unknown>;

const RETRIES = 40;
const RETRY_MS = 1500;
/** Longest time that one request waits for the end of a run, s. */
const LONGEST_WAIT_S = 60;

/**
 * `ROJOB.client`: the service for job code, through the node the run runs on. Methods, arguments and replies are those
 * of the original's client.
 *
 * A run gives its result map, with `__errors` when jobs of it failed. What the node refuses, and a run that was ended from
 * outside, is thrown as a {@link RoJobError}.
 */
export class Client {
  readonly #node: NodeAccess | undefined;
  readonly #rojob: Args;
  retry = RETRIES;
  retryTime = RETRY_MS;

  constructor(rojob: Args, node: NodeAccess | undefined) {
    this.#rojob = rojob;
    this.#node = node;
  }

  /** Number of retries of a run that was refused because all nodes are busy. */
  setRetry(times: number = RETRIES): void {
    this.retry = Number(times);
  }

  /** Pause before each further try, ms. */
  setRetryTime(ms: number = RETRY_MS): void {
    this.retryTime = Number(ms);
  }

  /** Runs the oJob of a file and waits for its end. */
  exec(file: string, args?: Args): any {
    return this.#run({ ojob: world.host.files.readText(String(file)) }, args);
  }

  /** Runs an oJob, a map or its text, and waits for its end. */
  execJob(ojob: object | string, args?: Args): any {
    return this.#run({ ojob }, args);
  }

  /** Starts the oJob of a file. @returns `{ uuid }` */
  execAsync(file: string, args?: Args): { uuid: string } {
    return this.#run({ ojob: world.host.files.readText(String(file)), async: true }, args);
  }

  /** Starts an oJob, a map or its text. @returns `{ uuid }` */
  execJobAsync(ojob: object | string, args?: Args): { uuid: string } {
    return this.#run({ ojob, async: true }, args);
  }

  /** Runs a job of the run folder and waits for its end. */
  run(path: string, args?: Args): any {
    return this.#run({ run: path }, args);
  }

  /** Starts a job of the run folder. @returns `{ uuid }` */
  runAsync(path: string, args?: Args): { uuid: string } {
    return this.#run({ run: path, async: true }, args);
  }

  /**
   * Waits for the end of a run.
   * @param ms longest wait; without it as long as it takes
   * @returns its result map; undefined when it has not ended in time
   * @throws RoJobError when there is no such run, or it was ended from outside
   */
  wait(uuid: string, ms = Number.POSITIVE_INFINITY): any {
    const { clock } = world.host;
    const untilMs = clock.nowMs() + Number(ms);
    for (;;) {
      const leftS = Math.max(0, Math.ceil(untilMs - clock.nowMs())) / 1000;
      try {
        return this.#result(uuid, Math.min(LONGEST_WAIT_S, leftS));
      } catch (error) {
        if (codeOf(error) !== "run_not_ended") throw error;
        if (clock.nowMs() >= untilMs) return undefined;
      }
    }
  }

  /**
   * The state of an asynchronous run.
   * @param shouldClean forget the run afterwards
   * @returns its result map, or `{ __error }` when there is none
   */
  getResult(uuid: string, shouldClean?: boolean): any {
    try {
      const result = this.#result(uuid, 0);
      if (shouldClean) this.cleanResult(uuid);
      return result;
    } catch (error) {
      return { __error: whyNoResult(uuid, error) };
    }
  }

  /** Forgets an ended run. @returns `{ result: 1 }` or `{ __error }` */
  cleanResult(uuid: string): { result: 1 } | { __error: string } {
    try {
      this.#ask("DELETE", `${runPath(uuid)}?forget=true`);
      return { result: 1 };
    } catch (error) {
      return { __error: whyNoResult(uuid, error) };
    }
  }

  /** Ends a run with everything it has started. @returns `{ result: 1 }`, or `{ result: 0, error }` */
  killJob(id: string): { result: 0 | 1; error?: string } {
    try {
      this.#ask("DELETE", runPath(id));
      return { result: 1 };
    } catch (error) {
      if (error instanceof RoJobError) return { result: 0, error: error.message };
      throw error;
    }
  }

  /** The nodes of the cluster, and what runs on each. */
  listNodes(): { nodes: { host: string; port: number; jobs: string[] }[] } {
    const nodes = new Cluster(this.#node).nodes();
    return { nodes: nodes.map(({ host, port, runs }) => ({ host, port, jobs: runs.map((uuid) => `${uuid}.rojob`) })) };
  }

  /** Makes a node known. */
  addNode(host: string, port: number | string): { nodes: { host: string; port: number }[] } {
    const nodes = new Cluster(this.#node).add(host, port);
    return { nodes: nodes.map((one) => ({ host: one.host, port: one.port })) };
  }

  /** Memory of the node's process; as text unless `notFormat`. */
  getMemory(notFormat?: boolean): Record<"max" | "total" | "used" | "free", number | string> {
    const { max, total, used, free } = this.#ask("GET", "/v1/node/memory");
    if (notFormat) return { max, total, used, free };
    const [a, b, c, d] = [max, total, used, free].map((bytes: number) => toBytesAbbreviation(bytes));
    return { max: a!, total: b!, used: c!, free: d! };
  }

  /** Files of the work folder, see {@link WorkFolder.list}. */
  listWork(path: string = ""): { path: string; work: object[] } {
    return { path, work: this.#work.list(path) };
  }

  /** Removes files of the work folder, see {@link WorkFolder.clean}. */
  cleanWork(path: string = ""): { path: string; deleted: number } {
    return { path, deleted: this.#work.clean(path) };
  }

  /** Makes an oJob an initialization job of the node. @param file where its text is */
  setInitJob(name: string, file: string): { name: string; job: string } {
    const job = world.host.files.readText(String(file));
    this.#work.setInitJob(name, job);
    return { name, job };
  }

  /** Removes the initialization jobs. */
  clearInitJobs(): object {
    this.#work.clearInitJobs();
    return {};
  }

  /** The plain values of `ROJOB`, and what engine this is. */
  showVars(): { rojob: object; openaf: { version: string; opacks: string[] } } {
    const { HOST, PORT, WORK_DIR, RUN_DIR, CNAME, UUID } = this.#rojob;
    const opacks = Object.keys(paths());
    return { rojob: { HOST, PORT, WORK_DIR, RUN_DIR, CNAME, UUID }, openaf: { version: VERSION, opacks } };
  }

  /** Stops the node; runs that are under way, this one among them, may finish within KILLGRACE. */
  stop(): any {
    return this.#ask("POST", "/v1/node/stop", {});
  }

  /** Stops all nodes of the cluster. */
  stopAll(): any {
    return this.#ask("POST", "/v1/cluster/stop", {});
  }

  get #work(): WorkFolder {
    return new WorkFolder(String(this.#rojob["WORK_DIR"]));
  }

  #ask(method: string, target: string, body?: unknown): any {
    return askNode(this.#node, method, target, body);
  }

  #run(wanted: object, args: Args = {}): any {
    const body = { ...wanted, args: argumentsOf(args) };
    for (let left = this.retry; ; left--) {
      try {
        return outcomeOf(this.#ask("POST", "/v1/runs", body) as RunReply);
      } catch (error) {
        if (left <= 0 || !isWorthAnotherTry(error)) throw error;
        sleep(this.retryTime);
      }
    }
  }

  #result(uuid: string, waitS: number): any {
    return this.#ask("GET", `${runPath(uuid)}/result?wait=${waitS}`);
  }
}

function runPath(id: unknown): string {
  return `/v1/runs/${encodeURIComponent(uuidOf(id))}`;
}

/** The id of a job may be the name of its file, as in `listNodes`. */
function uuidOf(id: unknown): string {
  return String(id).replace(/\.(rojob|result)$/, "");
}

function codeOf(error: unknown): string | undefined {
  return error instanceof RoJobError ? error.code : undefined;
}

/** In the words that existing clients look for. */
function whyNoResult(id: unknown, error: unknown): string {
  if (!(error instanceof RoJobError)) throw error;
  const { code } = error;
  if (code === "run_not_ended") return `Job ${uuidOf(id)} is still running.`;
  if (code === "unknown_run" || code === "result_gone") return `Job ${uuidOf(id)} result is not available.`;
  return error.message;
}
