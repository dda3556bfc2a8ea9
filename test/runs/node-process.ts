import { onTestFinished } from "vitest";
import { type Program, startProgram } from "../cli/program.js";
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

/** A node on a free port, which it takes in its first life and keeps; not started; ended with the test. */
export async function nodeProcess(work: string, options: string[] = []): Promise<NodeProcess> {
  let port = 0;
  let program: Program | undefined;
  const node: NodeProcess = {
    get url() {
      if (port === 0) throw new Error("the node has not been started yet");
      return `http://127.0.0.1:${port}`;
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
    async ask(method, path, body) {
      const answer = await fetch(node.url + path, {
        method,
        headers: { authorization: `Bearer ${KEY}` },
        body: typeof body === "object" ? JSON.stringify(body) : (body as string | undefined),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await answer.text();
      // Logs are plain text.
      const isJson = text !== "" && /json/.test(answer.headers.get("content-type") ?? "");
      return { status: answer.status, text, json: isJson ? JSON.parse(text) : undefined };
    },
  };
  onTestFinished(() => node.kill());
  return node;
}
