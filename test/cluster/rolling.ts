import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { eventually, job, KEY, TestCluster, TestNode } from "./nodes.js";

/** After so many a load ends: it would go on to fail. */
const MOST_FAILURES = 100;
const ECHO = job("io.writeFileString(args.file, args.n + '\\n', 'utf-8', true); __pm.n = args.n");

/** Clients that ask until they are stopped, each on connections that it keeps. */
export class Load {
  /** Failures of requests. */
  readonly failures: string[] = [];
  answered = 0;
  /** Connections that were refused: nothing was sent on them. */
  refused = 0;
  /**
   * Connections that the system has reset because they waited to be accepted when the node closed its door: no program can
   * prevent that (docs/cluster.md). They were new, and nobody has read what was sent on them.
   */
  readonly unaccepted: number[] = [];
  private isOver = false;
  private readonly clients: Promise<void>[];
  private sequence = 0;

  /**
   * @param file each run writes its number there
   * @param ports tried in turn by a client whose connection is refused
   * @param pauseMs between the requests of a client; may be changed
   */
  constructor(
    private readonly file: string,
    private readonly ports: readonly number[],
    clients: number,
    public pauseMs: number,
  ) {
    writeFileSync(file, "");
    this.clients = Array.from({ length: clients }, (_, at) => this.client(at % ports.length));
  }

  /** Resolves when so many more requests were answered. */
  async more(count: number): Promise<void> {
    const wanted = this.answered + count;
    await eventually(async () => {
      if (this.failures.length > MOST_FAILURES) throw new Error(`too much fails: ${this.failures.join("\n")}`);
      return this.answered < wanted ? `${this.answered} of ${wanted} were answered` : undefined;
    });
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.clients);
    const executed = readFileSync(this.file, "utf8").split("\n");
    for (const n of this.unaccepted)
      if (executed.includes(String(n))) this.failures.push(`${n} was reset, and executed`);
  }

  private async client(first: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let at = first;
    while (!this.isOver && this.failures.length <= MOST_FAILURES) {
      const n = ++this.sequence;
      const port = this.ports[at]!;
      const asked = this.request(agent, port, n);
      try {
        const { status, text } = await answerTo(asked);
        if (status !== 200 || JSON.parse(text).result.n !== n) this.failures.push(`${status} ${text}`);
        else this.answered++;
        await pause(this.pauseMs);
      } catch (error) {
        const { code, syscall } = error as NodeJS.ErrnoException;
        const isRefused = code === "ECONNREFUSED";
        const isUnaccepted = code === "ECONNRESET" && syscall !== undefined && !asked.reusedSocket;
        if (this.ports.length === 1 || !(isRefused || isUnaccepted)) {
          this.failures.push(`${port}: ${error}${asked.reusedSocket ? " on a kept connection" : ""}`);
          continue;
        }
        if (isRefused) this.refused++;
        else this.unaccepted.push(n);
        at = (at + 1) % this.ports.length;
      }
    }
    agent.destroy();
  }

  private request(agent: Agent, port: number, n: number): ClientRequest {
    const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
    const asked = request({ host: "127.0.0.1", port, path: "/v1/runs", method: "POST", agent, headers });
    asked.end(JSON.stringify({ ojob: ECHO, args: { n, file: this.file } }));
    return asked;
  }
}

/** @throws Error of its connection */
async function answerTo(asked: ClientRequest): Promise<{ status: number; text: string }> {
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += chunk;
  return { status: answer.statusCode!, text };
}

/** Nodes on ports of their own, each of which can be started anew where it was. */
export class RollingCluster {
  readonly cluster = new TestCluster();

  private constructor(
    readonly ports: readonly number[],
    private readonly options: readonly string[],
  ) {}

  static of(count: number): Promise<RollingCluster> {
    return RollingCluster.start(count, (ports) => [`CDISC=${ports.map((port) => `localhost:${port}`).join(",")}`]);
  }

  /** Nodes that know each other by nothing but the broker. */
  static onBroker(count: number, queuech: string): Promise<RollingCluster> {
    return RollingCluster.start(count, () => [`QUEUECH=${queuech}`]);
  }

  private static async start(
    count: number,
    optionsFor: (ports: readonly number[]) => string[],
  ): Promise<RollingCluster> {
    const ports = await freePorts(count);
    const options = optionsFor(ports);
    const rolling = new RollingCluster(ports, options);
    const { cluster } = rolling;
    try {
      for (const port of ports) await cluster.start({ port, options: [...options] });
      if (options.some((option) => option.startsWith("CDISC="))) await cluster.together();
      return rolling;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Tells a node to stop, and waits until it has. */
  async stop(at: number): Promise<void> {
    const node = this.cluster.nodes[at]!;
    node.signal("SIGTERM");
    await node.ended;
  }

  /** Starts a node that has ended, on its port and its work folder. */
  async startAgain(at: number): Promise<void> {
    const { cluster, options } = this;
    const { port, work } = cluster.nodes[at]!;
    cluster.nodes[at] = await TestNode.start(cluster.folder, { port, work, options: [...options] });
  }

  close(): Promise<void> {
    return this.cluster.close();
  }
}

/** Ports that nobody uses. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
