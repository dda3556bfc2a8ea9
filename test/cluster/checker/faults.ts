import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Chance } from "./chance.js";
import { type Field, pause, type Seat } from "./field.js";

/** Faults and their relative frequencies. */
const weights = {
  kill: 5,
  pause: 6,
  "take-over pause": 6,
  restart: 3,
  "worker kill": 4,
  "full disk": 2,
  "damaged file": 3,
  "broker kill": 4,
  "broker pause": 4,
} as const;
export type Fault = keyof typeof weights;

/** Injects faults, two at a time at most, so that one node at least is left alone. */
export class Faults {
  done = 0;
  readonly counts: Partial<Record<Fault, number>> = {};
  /** Runs whose files were damaged. */
  readonly damaged = new Set<string>();
  private started = 0;
  private isBrokerTaken = false;
  private readonly possible: Fault[];
  /** Kinds that have not had their turn. */
  private readonly first: Fault[] = [];

  constructor(
    private readonly field: Field,
    private readonly chance: Chance,
    private readonly options: { faults: number; longestPauseMs: number; limitMs: number; goesOn(): boolean },
  ) {
    const left: Fault[] = [];
    if (field.broker === undefined) left.push("broker kill", "broker pause");
    else left.push("damaged file");
    if (field.disks.length === 0) left.push("full disk");
    const all = Object.keys(weights) as Fault[];
    this.possible = all.filter((fault) => !left.includes(fault)).flatMap((fault) => Array(weights[fault]).fill(fault));
    const kinds = [...new Set(this.possible)];
    while (kinds.length > 0) this.first.push(...kinds.splice(Math.floor(chance.next() * kinds.length), 1));
  }

  /** All were injected, or the time for them is over. */
  isOver = false;

  async inject(): Promise<void> {
    await Promise.all([this.lane(), this.lane()]);
    this.isOver = true;
  }

  private async lane(): Promise<void> {
    const until = performance.now() + this.options.limitMs;
    while ((this.started < this.options.faults || this.options.goesOn()) && performance.now() < until) {
      const fault = this.turn();
      this.started++;
      if (await this.make(fault)) {
        this.counts[fault] = (this.counts[fault] ?? 0) + 1;
        this.done++;
      } else {
        // Nothing to do it to, just now.
        this.started--;
        await pause(200);
      }
      await pause(this.chance.between(200, 1500));
    }
  }

  /** Each kind has its turn before chance decides. */
  private turn(): Fault {
    return this.first.shift() ?? this.chance.of(this.possible);
  }

  private async make(fault: Fault): Promise<boolean> {
    switch (fault) {
      case "kill":
        return this.withSeat((seat) => this.kill(seat));
      case "pause":
        return this.withSeat((seat) => this.pause(seat));
      case "take-over pause":
        return this.takeOverPause();
      case "restart":
        return this.withSeat(async (seat) => {
          this.field.note(`restart ${seat.name}`);
          await seat.kill("SIGTERM");
          await seat.start();
          this.field.note(`restarted ${seat.name}`);
        });
      case "worker kill":
        return this.killWorker();
      case "full disk":
        return this.fillDisk();
      case "damaged file":
        return this.damage();
      case "broker kill":
        return this.withBroker((broker) => broker.restart(this.chance.between(0, 4000)));
      case "broker pause":
        return this.withBroker(async (broker) => {
          process.kill(broker.pid(), "SIGSTOP");
          await pause(this.pauseMs() / 2);
          process.kill(broker.pid(), "SIGCONT");
        });
    }
  }

  private async withSeat(act: (seat: Seat) => Promise<void>): Promise<boolean> {
    const seat = this.take();
    if (seat === undefined) return false;
    try {
      await act(seat);
    } finally {
      seat.isTaken = false;
    }
    return true;
  }

  private take(): Seat | undefined {
    const free = this.field.seats.filter(({ isTaken, answers }) => !isTaken && answers);
    // One is left alone.
    if (free.length < 2) return undefined;
    const seat = this.chance.of(free);
    seat.isTaken = true;
    return seat;
  }

  private async kill(seat: Seat): Promise<void> {
    this.field.note(`kill ${seat.name}`);
    await seat.kill("SIGKILL");
    await pause(this.chance.between(0, Math.min(12_000, this.options.longestPauseMs)));
    await seat.start();
    this.field.note(`started ${seat.name}`);
  }

  private async pause(seat: Seat): Promise<void> {
    const ms = this.pauseMs();
    this.field.note(`pause ${seat.name} for ${Math.round(ms)} ms`);
    seat.pause();
    await pause(ms);
    seat.goOn();
  }

  /** A node dies, and while another takes its runs over that one is paused; the dead one comes back meanwhile. */
  private async takeOverPause(): Promise<boolean> {
    const dead = this.take();
    if (dead === undefined) return false;
    // Either of the others may be the one that takes over.
    const taker = this.field.seats.find((seat) => seat !== dead && !seat.isTaken && seat.answers);
    const isAlone = this.field.seats.filter((seat) => seat !== dead && seat.answers).length < 2;
    if (taker === undefined || isAlone) {
      dead.isTaken = false;
      return false;
    }
    taker.isTaken = true;
    try {
      this.field.note(`kill ${dead.name}, and ${taker.name} is paused as it takes over`);
      await dead.kill("SIGKILL");
      await pause(this.chance.between(0, Math.min(15_000, this.options.longestPauseMs)));
      const pausing = this.pause(taker);
      await pause(this.chance.between(0, 3000));
      await dead.start();
      await pausing;
    } finally {
      dead.isTaken = taker.isTaken = false;
    }
    return true;
  }

  private async killWorker(): Promise<boolean> {
    const seat = this.chance.of(this.field.seats.filter(({ answers }) => answers));
    const workers = seat?.workers() ?? [];
    if (workers.length === 0) return false;
    const pid = this.chance.of(workers);
    this.field.note(`kill worker ${pid} of ${seat.name}`);
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      return false; // it has just ended
    }
    return true;
  }

  private async fillDisk(): Promise<boolean> {
    const disk = this.chance.of(this.field.disks);
    this.field.note(`full disk ${disk}`);
    const empty = this.field.fill(disk);
    await pause(this.chance.between(500, Math.min(8000, this.options.longestPauseMs)));
    empty();
    return true;
  }

  /** Damages the file of a run that has not ended, as far as its record says. */
  private async damage(): Promise<boolean> {
    const { work } = this.chance.of(this.field.seats);
    const folder = join(work, ".rojob");
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".rojob")) : [];
    if (names.length === 0) return false;
    const file = join(folder, this.chance.of(names));
    const uuid = file.slice(folder.length + 1, -".rojob".length);
    this.damaged.add(uuid);
    this.field.note(`damage ${file}`);
    try {
      const { length } = readFileSync(file);
      if (this.chance.next() < 0.5) truncateSync(file, Math.floor(length * this.chance.next()));
      else writeFileSync(file, Buffer.alloc(length, "{"));
    } catch {
      return false; // it has just ended
    }
    return true;
  }

  private async withBroker(act: (broker: NonNullable<Field["broker"]>) => Promise<void>): Promise<boolean> {
    if (this.isBrokerTaken) return false;
    this.isBrokerTaken = true;
    try {
      this.field.note("broker fault");
      await act(this.field.broker!);
    } finally {
      this.isBrokerTaken = false;
    }
    return true;
  }

  /** 1 to 40 s, or to the longest: short ones are more frequent. */
  private pauseMs(): number {
    return 1000 + (this.options.longestPauseMs - 1000) * this.chance.next() ** 2;
  }
}
