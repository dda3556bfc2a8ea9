import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RoJobClient } from "../../service/client/index.js";
import type { ClusterNode } from "../../service/model/cluster.js";
import { plainFetch } from "../../tools/plain-fetch.js";
import { startNodeHere } from "../node-here.js";
import { PATIENCE_MS } from "../patience.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
/** The compiled program: a node is started in a fraction of the time its sources take. */
const program = join(repository, "build/service/cli/main.js");

export const KEY = "key-of-the-cluster-tests";

export interface StartOptions {
  /** Further options of the node, `NAME=value`. */
  options?: string[];
  key?: string;
  /** Put before `node`: `ip netns exec NAME`. */
  prefix?: string[];
  /** Arguments of Node.js itself. */
  nodeArguments?: string[];
  /** Work folder; default: one of its own. */
  work?: string;
  host?: string;
  port?: number;
  /** In the test's own process, which costs a third: for a node that is neither killed nor paused. */
  isHere?: boolean;
}

/** A node, in a process of its own or in that of the test. */
export class TestNode {
  readonly ended: Promise<number | null>;
  private isOver = false;

  private constructor(
    readonly url: string,
    readonly work: string,
    private readonly key: string,
    private readonly body: {
      child?: ChildProcess;
      said(): string;
      stop?(): Promise<void>;
      ended: Promise<number | null>;
    },
  ) {
    this.ended = body.ended.then((code) => {
      this.isOver = true;
      return code;
    });
  }

  static async start(folder: string, given: StartOptions = {}): Promise<TestNode> {
    return given.isHere ? TestNode.startHere(folder, given) : TestNode.startProcess(folder, given);
  }

  private static async startProcess(folder: string, given: StartOptions): Promise<TestNode> {
    const { child, said, work } = spawnNode(folder, given);
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const url = await new Promise<string>((resolve, reject) => {
      const look = (): void => {
        const match = /READY (http:\/\/\S+)/.exec(said());
        if (match !== null) resolve(match[1]!);
      };
      child.stdout!.on("data", look);
      child.on("close", (code) => reject(new Error(`the node ended with ${code}: ${said()}`)));
    });
    return new TestNode(url, work, given.key ?? KEY, { child, said, ended });
  }

  private static async startHere(folder: string, given: StartOptions): Promise<TestNode> {
    const { argv, key, work } = optionsOf(folder, given);
    const { url, said, stop, ended } = await startNodeHere(argv, { cwd: folder, key });
    return new TestNode(url, work, key, { said, stop, ended: ended.then(() => 0) });
  }

  /** Everything it has written. */
  get said(): string {
    return this.body.said();
  }

  get child(): ChildProcess {
    const { child } = this.body;
    if (child === undefined) throw new Error(`${this.identity} has no process of its own`);
    return child;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get isRunning(): boolean {
    return !this.isOver;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** `host:port`. */
  get identity(): string {
    return new URL(this.url).host;
  }

  get client(): RoJobClient {
    return new RoJobClient({ url: this.url, apiKey: this.key });
  }

  async request(
    method: string,
    path: string,
    body?: string,
    options: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<{ status: number; headers: Headers; text: string; json: any }> {
    const headers = { authorization: `Bearer ${this.key}`, ...options.headers };
    const answer = await plainFetch(this.url + path, { method, body, headers, signal: options.signal });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: readJson(text) };
  }

  async nodes(): Promise<ClusterNode[]> {
    return (await this.request("GET", "/v1/nodes")).json.nodes;
  }

  /** Load of the node, from itself. */
  async load(): Promise<ClusterNode["load"]> {
    return (await this.nodes()).find(({ isSelf }) => isSelf)!.load;
  }

  /** Identities of the peers it counts as living. */
  async peers(): Promise<string[]> {
    const others = (await this.nodes()).filter(({ isSelf }) => !isSelf);
    return others.map(({ host, port }) => `${host}:${port}`).sort();
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.isOver) this.child.kill(signal);
  }

  /** Ends it, gently if it can. */
  async stop(): Promise<void> {
    if (this.body.stop !== undefined) return this.body.stop();
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    const forced = setTimeout(() => this.signal("SIGKILL"), PATIENCE_MS);
    await this.ended;
    clearTimeout(forced);
  }
}

function optionsOf(folder: string, given: StartOptions): { argv: string[]; key: string; work: string } {
  const { options = [], key = KEY, port = 0, host } = given;
  const work = given.work ?? mkdtempSync(join(folder, "work-"));
  const argv = [
    `PORT=${port}`,
    `WORK=${work}`,
    `RUN=${join(repository, "run")}`,
    "WORKERS=1",
    "SPARES=1",
    "FORK=false",
    // Tests in which nodes die have a shorter one: nothing else makes a node fall silent, however busy the machine is.
    "NODETIMEOUT=60000",
    "KILLGRACE=5000",
    ...(host === undefined ? [] : [`HOST=${host}`, "LISTEN=0.0.0.0"]),
    ...options,
  ];
  return { argv, key, work };
}

function spawnNode(folder: string, given: StartOptions): { child: ChildProcess; said: () => string; work: string } {
  const { prefix = [], nodeArguments = [] } = given;
  const { argv, key, work } = optionsOf(folder, given);
  const [command = process.execPath, ...before] = [...prefix, process.execPath];
  const { PATH, HOME } = process.env;
  const child = spawn(command, [...before, ...nodeArguments, program, "start", ...argv], {
    cwd: folder,
    env: { PATH, HOME, ...(key === "" ? { PRIVATE: "true" } : { APIKEY: key }) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout!.on("data", (chunk) => (text += chunk));
  child.stderr!.on("data", (chunk) => (text += chunk));
  return { child, said: () => text, work };
}

/** A node that is expected not to come up; what it said. */
export async function failingNode(
  folder: string,
  given: StartOptions = {},
): Promise<{ code: number | null; said: string }> {
  const { child, said } = spawnNode(folder, given);
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  return { code, said: said() };
}

/** Nodes and their folder, all gone after the use. */
export class TestCluster {
  readonly folder = mkdtempSync(join(tmpdir(), "rojob-cluster-"));
  readonly nodes: TestNode[] = [];

  /** A cluster whose nodes know each other. */
  static async of(count: number, given: StartOptions = {}): Promise<TestCluster> {
    const cluster = new TestCluster();
    try {
      await cluster.start(given);
      await Promise.all(Array.from({ length: count - 1 }, () => cluster.join(given)));
      await cluster.together();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  async start(given: StartOptions = {}): Promise<TestNode> {
    const node = await TestNode.start(this.folder, given);
    this.nodes.push(node);
    return node;
  }

  /** A node that looks for the first one. */
  join(given: StartOptions = {}): Promise<TestNode> {
    return this.start({ ...given, options: [`CDISC=${this.nodes[0]!.identity}`, ...(given.options ?? [])] });
  }

  /** Waits until these know each other, and nobody else. */
  async together(
    nodes: readonly TestNode[] = this.nodes.filter(({ isRunning }) => isRunning),
    limitMs = PATIENCE_MS,
  ): Promise<void> {
    const wanted = nodes.map(({ identity }) => identity).sort();
    await eventually(async () => {
      for (const node of nodes) {
        const seen = [...(await node.peers()), node.identity].sort();
        if (seen.join() !== wanted.join()) return `${node.identity} sees ${seen.join(", ")}, not ${wanted.join(", ")}`;
      }
      return undefined;
    }, limitMs);
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until nothing is wrong. @param wrong says what is, or undefined */
export async function eventually(wrong: () => Promise<string | undefined>, limitMs = PATIENCE_MS): Promise<number> {
  const from = performance.now();
  for (;;) {
    const what = await wrong();
    const ms = performance.now() - from;
    if (what === undefined) return ms;
    if (ms > limitMs) throw new Error(`still after ${limitMs} ms: ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

function readJson(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller looks at the text then
  }
}

/** Holds runs up until it is opened. */
export class Gate {
  private readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, `gate-${randomUUID()}`);
  }

  /** Code that goes on when the gate is open. */
  get code(): string {
    return `while (!io.fileExists(${JSON.stringify(this.file)})) sleep(20, true)`;
  }

  open(): void {
    writeFileSync(this.file, "");
  }
}

/** Waits until each of the nodes executes one run. */
export async function untilRunning(nodes: readonly TestNode[]): Promise<void> {
  await eventually(async () => {
    const counts = await Promise.all(nodes.map((node) => node.load().then(({ running }) => running)));
    return counts.every((count) => count === 1) ? undefined : `they execute ${counts} runs`;
  });
}

/** An oJob of one job. */
export function job(exec: string, head = ""): string {
  return `${head}jobs:\n- name: A\n  exec: |\n    ${exec.replaceAll("\n", "\n    ")}\ntodo: [A]\n`;
}
