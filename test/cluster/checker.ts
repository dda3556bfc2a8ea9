import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { job, TestCluster, type TestNode } from "./nodes.js";

export interface CheckOptions {
  /** Runs to be sent, all with a tag of their own. */
  runs: number;
  /** Clients at a time. */
  clients: number;
  /** Pause from one fault to the next, ms. */
  faultEveryMs: number;
  seed: number;
}

/** What was found, from what the runs left behind and what the clients were told. */
export interface Findings {
  sent: number;
  answered: number;
  accepted: number;
  /** Clear errors: refused, or lost with a node. */
  refused: number;
  lost: number;
  faults: Record<string, number>;
  /** Nothing of these may be. */
  wrongReply: string[];
  ranTwice: string[];
  answeredWithoutRunning: string[];
  acceptedButLost: string[];
  unclear: string[];
}

/**
 * Runs a mixed load through three nodes while they are killed, stopped and restarted at random, and looks at the traces: each
 * run appends a line to a file of its tag before it does anything, and one after it.
 */
export async function check(options: CheckOptions): Promise<Findings> {
  const cluster = await TestCluster.of(3, { options: ["NODETIMEOUT=1500", "KILLGRACE=3000", "BACKLOGTIMEOUT=10000"] });
  const traces = join(cluster.folder, "traces");
  mkdirSync(traces);
  try {
    return await new Check(cluster, traces, options).run();
  } finally {
    await cluster.close();
  }
}

class Check {
  private readonly found: Findings = {
    sent: 0,
    answered: 0,
    accepted: 0,
    refused: 0,
    lost: 0,
    faults: {},
    wrongReply: [],
    ranTwice: [],
    answeredWithoutRunning: [],
    acceptedButLost: [],
    unclear: [],
  };
  /** uuids of accepted runs, by tag. */
  private readonly accepted = new Map<string, string>();
  private readonly done = new Set<string>();
  private isOver = false;
  private seed: number;

  constructor(
    private readonly cluster: TestCluster,
    private readonly traces: string,
    private readonly options: CheckOptions,
  ) {
    this.seed = options.seed;
  }

  async run(): Promise<Findings> {
    const faults = this.injectFaults();
    await Promise.all(Array.from({ length: this.options.clients }, () => this.client()));
    this.isOver = true;
    await faults;
    await this.settle();
    this.judge();
    return this.found;
  }

  private random(): number {
    this.seed = (this.seed * 1664525 + 1013904223) >>> 0;
    return this.seed / 2 ** 32;
  }

  private async client(): Promise<void> {
    while (this.found.sent < this.options.runs) {
      const tag = `t${this.found.sent++}`;
      const file = join(this.traces, tag);
      writeFileSync(file, "");
      await this.send(tag, file);
    }
  }

  private async send(tag: string, file: string): Promise<void> {
    const isAsync = this.random() < 0.3;
    const pauseMs = Math.floor(this.random() ** 3 * 150);
    const exec = `io.writeFileString(args.file, "start " + args.tag + "\\n", "utf-8", true)
sleep(${pauseMs}, true)
io.writeFileString(args.file, "end " + args.tag + "\\n", "utf-8", true)
__pm.tag = args.tag`;
    const body = JSON.stringify({ ojob: job(exec), args: { tag, file }, async: isAsync });
    for (let attempt = 0; attempt < 50; attempt++) {
      const node = this.anyNode();
      try {
        const signal = AbortSignal.timeout(20_000);
        const { status, json, text } = await node.request("POST", "/v1/runs", body, { signal });
        if (status === 503) {
          // Surely not accepted.
          this.found.refused++;
          await pause(100);
          continue;
        }
        if (isAsync && status === 202) this.accepted.set(tag, json.uuid);
        else if (status === 200) this.judgeReply(tag, json, text);
        else this.found.unclear.push(`${tag}: ${status} ${text}`);
        return;
      } catch (error) {
        const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
        if (code === "ECONNREFUSED") {
          await pause(50);
          continue;
        }
        // The node it was sent to died: whether it ran nobody says; only twice it must not.
        this.found.lost++;
        return;
      }
    }
    this.found.unclear.push(`${tag}: refused for ever`);
  }

  private judgeReply(tag: string, json: any, text: string): void {
    if (json.state === "interrupted" || json.state === "killed") {
      this.found.lost++;
    } else if (json.state === "done" && json.result.tag === tag) {
      this.found.answered++;
      this.done.add(tag);
    } else {
      this.found.wrongReply.push(`${tag}: ${text}`);
    }
  }

  private anyNode(): TestNode {
    const nodes = this.cluster.nodes.filter(({ isRunning }) => isRunning);
    return nodes[Math.floor(this.random() * nodes.length)]!;
  }

  private async injectFaults(): Promise<void> {
    while (!this.isOver) {
      await pause(this.options.faultEveryMs * (0.5 + this.random()));
      if (this.isOver) return;
      const node = this.anyNode();
      const chance = this.random();
      const kind = chance < 0.35 ? "SIGKILL" : chance < 0.7 ? "SIGSTOP" : "restart";
      this.found.faults[kind] = (this.found.faults[kind] ?? 0) + 1;
      if (kind === "SIGSTOP") {
        node.signal("SIGSTOP");
        await pause(100 + this.random() * 3_000);
        node.signal("SIGCONT");
        continue;
      }
      if (kind === "SIGKILL") node.signal("SIGKILL");
      else node.signal("SIGTERM");
      await node.ended;
      const others = this.cluster.nodes.filter(({ isRunning }) => isRunning);
      const options = ["NODETIMEOUT=1500", "KILLGRACE=3000", "BACKLOGTIMEOUT=10000", `CDISC=${others[0]!.identity}`];
      await this.cluster.start({ work: node.work, port: node.port, options });
    }
  }

  /** Waits until every accepted run has ended. */
  private async settle(): Promise<void> {
    for (const [tag, uuid] of this.accepted) {
      const { json, text } = await this.anyNode().request("GET", `/v1/runs/${uuid}?wait=30`);
      if (json?.state === "done") {
        const result = await this.anyNode().request("GET", `/v1/runs/${uuid}/result`);
        if (result.json?.tag !== tag) this.found.wrongReply.push(`${tag}: ${result.text}`);
        this.done.add(tag);
        this.found.accepted++;
      } else if (json?.state === "interrupted") {
        this.found.accepted++;
        this.found.lost++;
      } else {
        this.found.acceptedButLost.push(`${tag} ${uuid}: ${text}`);
      }
    }
  }

  private judge(): void {
    for (let i = 0; i < this.found.sent; i++) {
      const tag = `t${i}`;
      const lines = readFileSync(join(this.traces, tag), "utf8").split("\n");
      const starts = lines.filter((line) => line === `start ${tag}`).length;
      const ends = lines.filter((line) => line === `end ${tag}`).length;
      if (starts > 1) this.found.ranTwice.push(tag);
      if (this.done.has(tag) && (starts !== 1 || ends !== 1)) this.found.answeredWithoutRunning.push(tag);
      if (lines.some((line) => line !== "" && !line.endsWith(` ${tag}`)))
        this.found.wrongReply.push(`${tag}: ${lines}`);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
