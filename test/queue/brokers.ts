import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATIENCE_MS } from "../patience.js";

/** A broker on a free port of this machine, and ways to make its life hard. */
export interface Broker {
  port: number;
  pid(): number;
  /** Ends it at once and starts it again on the same data. */
  restart(downMs?: number): Promise<void>;
  end(): Promise<void>;
}

/** Programs that are brokers, and how they are started. */
const programs = {
  "redis-server": (port: number, folder: string) => [
    ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder],
    ["--save", "", "--appendonly", "yes", "--appendfsync", "always"],
  ],
  etcd: (port: number, folder: string, peerPort: number) => {
    const [url, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
    return [
      ["--data-dir", folder, "--listen-client-urls", url, "--advertise-client-urls", url],
      ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`],
    ];
  },
} as const;

/** Starts a broker; resolves when it takes connections. */
export async function startBroker(program: keyof typeof programs, file: string): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), "rojob-broker-"));
  let port = 0;
  let argv: string[] = [];
  const start = async (): Promise<ChildProcess | undefined> => {
    const child = spawn(file, argv, { stdio: "ignore" });
    return (await isOpen(port, child)) ? child : undefined;
  };
  let child: ChildProcess | undefined;
  // Another program may take a port between the look for a free one and the start: then there is a next one.
  for (let tries = 0; child === undefined; tries++) {
    if (tries === 5) throw new Error(`${program} does not start on port ${port}`);
    port = await freePort();
    argv = programs[program](port, folder, await freePort()).flat();
    child = await start();
  }
  const kill = async (): Promise<void> => {
    const ended = once(child!, "exit");
    child!.kill("SIGKILL");
    await ended;
  };
  return {
    port,
    pid: () => child!.pid!,
    async restart(downMs = 0) {
      await kill();
      await new Promise((resolve) => setTimeout(resolve, downMs));
      child = await start();
      if (child === undefined) throw new Error(`${program} does not start again on port ${port}`);
    },
    async end() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A way to a port that can be cut. */
export interface Wire {
  port: number;
  /** Breaks every connection and takes no new one. */
  cut(): void;
  mend(): void;
  /**
   * Holds up, once, the connection on which a text is sent to the port: that request itself, or what is answered from then on.
   * Others go on.
   */
  holdUp(text: string, what: "request" | "answer"): { reached: Promise<void>; goOn(): void };
  end(): Promise<void>;
}

/** Passes connections on to a port. */
export async function layWire(to: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let hold: { text: string; what: "request" | "answer"; reach: () => void; released: Promise<void> } | undefined;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(to, "127.0.0.1");
    near.on("data", (chunk: Buffer) => {
      if (hold === undefined || !chunk.includes(hold.text)) return void far.write(chunk);
      const { what, reach, released } = hold;
      hold = undefined;
      const held = what === "request" ? near : far;
      if (what === "answer") far.write(chunk);
      held.pause();
      reach();
      void released.then(() => {
        if (what === "request") far.write(chunk);
        held.resume();
      });
    });
    far.on("data", (chunk: Buffer) => void near.write(chunk));
    near.on("end", () => far.end());
    far.on("end", () => near.end());
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => undefined); // shows as its close
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    mend() {
      isCut = false;
    },
    holdUp(text, what) {
      let goOn!: () => void;
      const released = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const reached = new Promise<void>((resolve) => {
        hold = { text, what, reach: resolve, released };
      });
      return { reached, goOn };
    },
    async end() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until a port takes connections. @returns false when the program that is to listen there has ended */
async function isOpen(port: number, child: ChildProcess): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (child.exitCode !== null) return false;
    if (isThere) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nobody listens at port ${port}`);
}
