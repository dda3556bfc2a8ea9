import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";
import { onTestFinished } from "vitest";
import {
  createHttp,
  type HttpConfig,
  type HttpOptions,
  type NodeActivity,
  RunTokens,
  SignatureMemory,
} from "../../service/http/index.js";
import { checkDocumented } from "./documented.js";
import { type Ending, StandInRuns, type WantedWithUuid } from "./stand-in-runs.js";

export type { Ending } from "./stand-in-runs.js";

const IDLE: NodeActivity = {
  free: 2,
  busy: 0,
  starting: 0,
  forks: 0,
  waiting: 0,
  draining: false,
  crashes: 0,
  retired: {},
};

export const KEY = "key-of-the-tests";

export interface HttpNode {
  app: FastifyInstance;
  port: number;
  url: string;
  /** The node's run folder; a sibling of it is `run-evil`. */
  runFolder: string;
  runs: StandInRuns;
  /** Runs that were started. */
  specs: WantedWithUuid[];
  tokens: RunTokens;
  log: { level: string; fields: any; message: string }[];
  /** Endings of the next runs. */
  ending: Ending | ((spec: WantedWithUuid) => Ending | Promise<Ending>);
  ready: true | string;
  /** Load that the node reports. */
  activity: NodeActivity;
  /** Number of requests to stop. */
  stops: number;
}

/** Starts the HTTP side alone on a free port, with a stand-in for the runs; ended with the test. */
export async function startHttp(
  config: Partial<HttpConfig> = {},
  files: Record<string, string> = {},
  options: Partial<HttpOptions> = {},
): Promise<HttpNode> {
  const scratch = mkdtempSync(join(tmpdir(), "rojob-http-"));
  const runFolder = join(scratch, "run");
  mkdirSync(runFolder);
  for (const [name, text] of Object.entries(files)) {
    const path = join(runFolder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const runs = new StandInRuns((spec) => (typeof node.ending === "function" ? node.ending(spec) : node.ending));
  const tokens = new RunTokens(() => runs.running());
  const start = {
    runFolder,
    runs,
    tokens,
    specs: runs.wanted,
    log: [],
    ending: {},
    ready: true,
    activity: IDLE,
    stops: 0,
  };
  const node = start as unknown as HttpNode;
  const note = (level: string) => (fields: object, message: string) => void node.log.push({ level, fields, message });
  const app = createHttp({
    config: {
      HOST: "127.0.0.1",
      CNAME: "rojob",
      PORT: 0,
      RUN: runFolder,
      PRIVATE: false,
      RUNONLY: false,
      SHOWERRORS: true,
      MAXBODY: 1_000_000,
      MAXRESULT: 5_000,
      ...config,
    },
    apiKey: config.PRIVATE ? undefined : KEY,
    log: { debug: note("debug"), warn: note("warn"), error: note("error") },
    ready: () => node.ready,
    runs,
    tokens,
    // As if it had been there always.
    signatures: new SignatureMemory(0),
    node: {
      version: "1.2.3",
      port: () => node.port,
      activity: () => node.activity,
      stop: () => void node.stops++,
    },
    ...options,
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  onTestFinished(async () => {
    await app.close();
    rmSync(scratch, { recursive: true });
  });
  const { port } = app.server.address() as AddressInfo;
  runs.port = port;
  return Object.assign(node, { app, port, url: `http://127.0.0.1:${port}` });
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON; undefined when it is empty or of another type. */
  json: any;
}

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends exactly what it is given, over a real socket. A refusal that openapi.json does not describe is an error. */
export function send(port: number, path: string, { method = "POST", headers = {}, body }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        try {
          const type = answer.headers["content-type"] ?? "";
          const json = text === "" || !type.includes("json") ? undefined : JSON.parse(text);
          // A reply to HEAD has the type of the body that it lacks.
          if (json !== undefined && type.startsWith("application/problem+json"))
            checkDocumented(method, path, json.code);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Posts with the key of the tests as Bearer. */
export function post(node: HttpNode, path: string, body?: string | Buffer, headers: Record<string, string> = {}) {
  return send(node.port, path, { body, headers: { authorization: `Bearer ${KEY}`, ...headers } });
}

export const ECHO = "jobs: [{ name: A, exec: 'x' }]\ntodo: [A]\n";
