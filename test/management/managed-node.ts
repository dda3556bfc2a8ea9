import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pino from "pino";
import { loadConfig } from "../../service/config/index.js";
import { type RunningNode, startNode } from "../../service/node/start-node.js";
import { type Answer, KEY, send } from "../http/http-node.js";
import { PATIENCE_MS } from "../patience.js";

/** A whole node with folders of its own. Its run folder is empty: it has what every node ships. */
export interface ManagedNode {
  node: RunningNode;
  port: number;
  /** Real path of the work folder; `around` is the folder it lies in. */
  work: string;
  around: string;
  /** Log of the node, one JSON line each. */
  logged: string[];
  /** Any request, with the key. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Runs a job of the run folder, arguments in the query. */
  run(path: string, args?: Record<string, string>): Promise<any>;
  /** Runs the code of one job, waits for its end and gives the result map. */
  code(code: string, args?: Record<string, unknown>): Promise<any>;
  /** Starts the code of one job. @returns its uuid */
  begin(code: string, args?: Record<string, unknown>): Promise<string>;
  /** Writes a file below the work folder. */
  put(path: string, text?: string): string;
  /** Stops it, and starts another in the same folders. */
  restart(): Promise<ManagedNode>;
  close(): Promise<void>;
}

/** An oJob of one job. */
export function oneJob(code: string): object {
  return { jobs: [{ name: "A", exec: code }], todo: ["A"] };
}

/** @param files what is in its work folder before, by path */
export function startManaged(options: string[] = [], files: Record<string, string> = {}): Promise<ManagedNode> {
  const around = realpathSync(mkdtempSync(join(tmpdir(), "rojob-management-")));
  mkdirSync(join(around, "run"));
  for (const [path, text] of Object.entries(files)) write(join(around, "work", path), text);
  return startIn(around, options);
}

async function startIn(around: string, options: string[]): Promise<ManagedNode> {
  const work = join(around, "work");
  const argv = ["PORT=0", `WORK=${work}`, `RUN=${around}/run`, "WORKERS=1", "FORK=false", ...options];
  const { config } = loadConfig({ argv, env: {}, cwd: around });
  const logged: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(line) });
  const node = await startNode(config, { apiKey: config.PRIVATE ? undefined : KEY, log });
  const port = Number(new URL(node.url).port);
  const ask: ManagedNode["ask"] = (method, path, body) =>
    send(port, path, {
      method,
      headers: { authorization: `Bearer ${KEY}` },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
  return {
    node,
    port,
    work,
    around,
    logged,
    ask,
    run: async (path, args = {}) => (await ask("POST", `/run?${new URLSearchParams(args)}`, path)).json,
    code: async (code, args = {}) => (await ask("POST", "/ojob", { ...oneJob(code), args })).json,
    begin: async (code, args = {}) =>
      (await ask("POST", "/v1/runs", { ojob: oneJob(code), args, async: true })).json.uuid,
    put: (path, text = "x") => write(join(work, path), text),
    async restart() {
      await node.stop();
      return startIn(around, options);
    },
    async close() {
      await node.stop();
      rmSync(around, { recursive: true, force: true });
    },
  };
}

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Text of a file, or undefined when there is none. */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // it is not there
  }
}

/** Waits until `test` holds. */
export async function eventually(test: () => Promise<boolean>, what: string, timeoutMs = PATIENCE_MS): Promise<void> {
  const untilMs = Date.now() + timeoutMs;
  while (!(await test())) {
    if (Date.now() > untilMs) throw new Error(`still not after ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
