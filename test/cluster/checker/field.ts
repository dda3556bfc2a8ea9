import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrokerType, brokerProgram } from "../../queue/broker-nodes.js";
import { type Broker, freePort, startBroker } from "../../queue/brokers.js";
import { TestNode } from "../nodes.js";

/** Places in which the runs of the nodes wait. */
export const modes = ["shared", "cdisc", "redis", "etcd"] as const;
export type Mode = (typeof modes)[number];

/** Size of the disk that a work folder is on, MB: enough for all runs, little enough to be filled at once. */
const DISK_MB = 96;
/** Longest time a node gets to start, while the others are killed and the machine is busy, ms. */
const START_MS = 120_000;

/** A place of a node: its port and its work folder stay, whatever life of it is the present one. */
export class Seat {
  node: TestNode | undefined;
  isPaused = false;
  /** A fault is at work on it. */
  isTaken = false;
  private lives = 0;

  constructor(
    readonly port: number,
    readonly work: string,
    private readonly field: Field,
  ) {}

  get name(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** It can be asked something. */
  get answers(): boolean {
    return this.node?.isRunning === true && !this.isPaused;
  }

  /** Starts its next life; one that cannot start yet, as its disk is full, is started again. */
  async start(): Promise<void> {
    for (const until = Date.now() + START_MS; ; ) {
      try {
        const { port, work } = this;
        const options = this.field.optionsOf(this);
        this.node = await TestNode.start(this.field.folder, { work, port, options });
        this.lives++;
        void this.keepWords(this.node);
        return;
      } catch (error) {
        this.field.note(`${this.name} did not start: ${(error as Error).message.slice(-600)}`);
        if (Date.now() > until || this.field.isOver) throw error;
        await pause(500);
      }
    }
  }

  async kill(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.node!.signal(signal);
    await this.node!.ended;
  }

  pause(): void {
    this.isPaused = true;
    this.node!.signal("SIGSTOP");
  }

  goOn(): void {
    this.isPaused = false;
    this.node!.signal("SIGCONT");
  }

  /** Process ids of its workers. */
  workers(): number[] {
    try {
      const { pid } = this.node!;
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
      return children.filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("rojob worker"));
    } catch {
      return []; // it has just ended
    }
  }

  private async keepWords(node: TestNode): Promise<void> {
    const life = this.lives;
    await node.ended;
    if (!this.field.isOver || node.said.includes("ERROR"))
      appendFileSync(join(this.field.logs, `${this.port}.log`), `--- life ${life}\n${node.said}\n`);
  }
}

/** Three nodes, what they share, and what can be done to it. */
export class Field {
  readonly folder = mkdtempSync(join(tmpdir(), "rojob-checker-"));
  readonly traces = join(this.folder, "traces");
  readonly logs = join(this.folder, "logs");
  readonly seats: Seat[] = [];
  /** Folders that are disks of their own; empty where none can be mounted. */
  readonly disks: string[] = [];
  broker: Broker | undefined;
  isOver = false;

  private constructor(
    readonly mode: Mode,
    private readonly callbackPort: number,
  ) {
    for (const folder of [this.traces, this.logs]) mkdirSync(folder);
  }

  static async of(mode: Mode, callbackPort: number): Promise<Field> {
    const field = new Field(mode, callbackPort);
    try {
      await field.lay();
      return field;
    } catch (error) {
      await field.close(false);
      throw error;
    }
  }

  /** One run may be resent to another node, which knows its key. */
  get sharesKeys(): boolean {
    return this.mode !== "cdisc";
  }

  optionsOf(seat: Seat): string[] {
    const others = this.seats.filter((other) => other !== seat).map(({ name }) => name);
    const options = [
      ...[
        "HOST=127.0.0.1",
        "LISTEN=127.0.0.1",
        "WORKERS=1",
        "SPARES=1",
        "INIT=false",
        "NODETIMEOUT=3000",
        "KILLGRACE=3000",
      ],
      ...[
        "BACKLOGTIMEOUT=10000",
        `LOGLEVEL=${process.env["CHECKER_LOGLEVEL"] ?? "info"}`,
        `CALLBACKHOSTS=127.0.0.1:${this.callbackPort}`,
      ],
    ];
    if (this.mode === "cdisc") options.push(`CDISC=${others.join(",")}`);
    if (this.broker !== undefined) {
      const type = this.mode === "redis" ? "redis" : "etcd3";
      options.push(`QUEUECH=type:${type},host:127.0.0.1,port:${this.broker.port}`);
    }
    return options;
  }

  /** A line for who looks for the cause of a finding. */
  note(text: string): void {
    appendFileSync(join(this.logs, "checker.log"), `${new Date().toISOString()} ${text}\n`);
  }

  /** The faults, and what the nodes said of those runs. */
  wordsAbout(uuids: readonly string[]): string[] {
    const isAbout = (line: string): boolean => uuids.some((uuid) => line.includes(uuid));
    return readdirSync(this.logs).flatMap((name) => {
      const lines = readFileSync(join(this.logs, name), "utf8").split("\n");
      return lines.filter((line) => name === "checker.log" || isAbout(line)).map((line) => `${name}: ${line}`);
    });
  }

  /** Takes all space of a disk. @returns the way to give it back */
  fill(disk: string): () => void {
    const filler = join(disk, "filler");
    const fd = openSync(filler, "a");
    for (let size = 1 << 20; size >= 1; ) {
      try {
        writeSync(fd, Buffer.alloc(size));
      } catch {
        size >>= 1; // Full for so much.
      }
    }
    closeSync(fd);
    return () => rmSync(filler, { force: true });
  }

  /** Ends all processes. */
  async end(): Promise<void> {
    for (const seat of this.seats) if (seat.isPaused) seat.goOn();
    await Promise.all(this.seats.map((seat) => seat.node?.stop()));
    this.isOver = true;
    await this.broker?.end();
    this.broker = undefined;
  }

  async close(keepsLogs: boolean): Promise<void> {
    this.isOver = true;
    await this.end();
    for (const disk of this.disks) spawnSync("umount", ["-l", disk]);
    if (!keepsLogs) return rmSync(this.folder, { recursive: true, force: true });
    for (const name of readdirSync(this.folder))
      if (name.startsWith("work")) rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  private async lay(): Promise<void> {
    if (this.mode === "redis" || this.mode === "etcd") {
      const type: BrokerType = this.mode === "redis" ? "redis" : "etcd3";
      const file = brokerProgram(type);
      if (file === undefined) throw new Error(`${type} is not installed`);
      this.broker = await startBroker(type === "redis" ? "redis-server" : "etcd", file);
    }
    const shared = this.mode === "shared" ? this.disk("work") : undefined;
    for (let at = 0; at < 3; at++) {
      this.seats.push(new Seat(await freePort(), shared ?? this.disk(`work-${at}`), this));
    }
    await Promise.all(this.seats.map((seat) => seat.start()));
  }

  private disk(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m,mode=0700`, "tmpfs", folder]);
    if (status === 0) this.disks.push(folder);
    return folder;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
