import { once } from "node:events";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";
import { type Program, startProgram } from "../cli/program.js";
import { PATIENCE_MS } from "../patience.js";

const KEY = "key-of-the-tests";

/** A node in a process of its own, which may be killed and started again. */
export interface NodeProcess {
  url: string;
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

/** A node on a free port, not started; ended with the test. */
export async function nodeProcess(work: string, options: string[] = []): Promise<NodeProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const argv = ["start", `PORT=${port}`, `WORK=${work}`, `APIKEY=${KEY}`, "LOGLEVEL=error", ...options];
  let program: Program | undefined;
  const node: NodeProcess = {
    url,
    async start() {
      program = startProgram(argv, { cwd: work });
      await program.says("stdout", /READY/);
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
      const answer = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${KEY}` },
        body: typeof body === "object" ? JSON.stringify(body) : (body as string | undefined),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await answer.text();
      return { status: answer.status, text, json: text === "" ? undefined : JSON.parse(text) };
    },
  };
  onTestFinished(() => node.kill());
  return node;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
