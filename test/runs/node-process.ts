import { onTestFinished } from "vitest";
import { plainFetch } from "../../tools/plain-fetch.js";
import { type Program, startProgram } from "../cli/program.js";
import { type NodeHere, startNodeHere } from "../node-here.js";
import { PATIENCE_MS } from "../patience.js";

const KEY = "key-of-the-tests";

/** A node in a process of its own, which may be killed and started again. */
export interface NodeProcess {
  readonly url: string;
  /** Starts a further life; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Tells it to stop, and waits until it has. */
  stop(): Promise<void>;
  pid(): number;
  /** Sends a request with the key; the body as JSON unless it is a text. @throws Error when the node does not answer */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string; json: any }>;
}

/**
 * The same in the process of the test, for what neither kills nor pauses it: it takes a third of the processor time.
 * Stopped with the test.
 */
export function nodeInHere(work: string, options: string[] = []): NodeProcess {
  let port = 0;
  let life: NodeHere | undefined;
  const noProcess = (): never => {
    throw new Error("the node has no process of its own");
  };
  const node: NodeProcess = {
    get url() {
      return urlOf(port);
    },
    async start() {
      const argv = [`PORT=${port}`, `WORK=${work}`, "LOGLEVEL=error", ...options];
      life = await startNodeHere(argv, { cwd: work, key: KEY });
      port = Number(new URL(life.url).port);
    },
    kill: noProcess,
    stop: async () => life?.stop(),
    pid: noProcess,
    ask: (...given) => ask(node.url, ...given),
  };
  onTestFinished(() => node.stop());
  return node;
}

/** A node on a free port, which it takes in its first life and keeps; not started; ended with the test. */
export async function nodeProcess(work: string, options: string[] = []): Promise<NodeProcess> {
  let port = 0;
  let program: Program | undefined;
  const node: NodeProcess = {
    get url() {
      return urlOf(port);
    },
    async start() {
      const argv = ["start", `PORT=${port}`, `WORK=${work}`, `APIKEY=${KEY}`, "LOGLEVEL=error", ...options];
      program = startProgram(argv, { cwd: work });
      const ready = /READY http:\/\/\S+:(\d+)/;
      port = Number(ready.exec(await program.says("stdout", ready))![1]);
    },
    async kill() {
      program?.child.kill("SIGKILL");
      await program?.ended;
    },
    async stop() {
      program?.child.kill("SIGTERM");
      await program?.ended;
    },
    pid: () => program!.child.pid!,
    ask: (...given) => ask(node.url, ...given),
  };
  onTestFinished(() => node.kill());
  return node;
}

function urlOf(port: number): string {
  if (port === 0) throw new Error("the node has not been started yet");
  return `http://127.0.0.1:${port}`;
}

async function ask(url: string, method: string, path: string, body?: unknown) {
  const answer = await plainFetch(url + path, {
    method,
    headers: { authorization: `Bearer ${KEY}` },
    body: typeof body === "object" ? JSON.stringify(body) : (body as string | undefined),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await answer.text();
  // Logs are plain text.
  const isJson = text !== "" && /json/.test(answer.headers.get("content-type") ?? "");
  return { status: answer.status, text, json: isJson ? JSON.parse(text) : undefined };
}
