/**
 * Entry of a worker process: executes one run at a time, each in an environment that was prepared ahead and is used
 * once.
 */
import net from "node:net";
import { textOf } from "../base/json/text-of.js";
import { Cleanliness, collectGarbage, heapUsed } from "./cleanliness.js";
import { type PreparedEnvironment, prepareEnvironment } from "./environment.js";
import { send, sendOutput } from "./frames-out.js";
import { freezeRealm } from "./frozen-realm.js";
import { ioThread } from "./io/io-client.js";
import { countZombies, killLeftoversNow } from "./leftover-processes.js";
import { partsOf } from "./outcome-parts.js";
import { nowTicks } from "./process-table.js";
import type { DoneHead, ExitHead, WorkerSettings } from "./protocol.js";
import {
  FrameReader,
  failedOutcome,
  Kind,
  REQUEST_FD,
  RUN_MARK,
  type RunHead,
  splitHead,
  withHead,
} from "./protocol.js";
import { limitResult } from "./result-limit.js";
import { bundleRuntimeFromSource, keepCodeCache } from "./runtime-script.js";
import { warmUp } from "./warm-up.js";

/** The worker asks for its replacement when its heap stays above this part of JOBMEMORY. */
const RETIREMENT_HEAP = 0.5;
/** The worker asks for its replacement when it has adopted more zombies than this; when idle, from one on. */
const MANY_ZOMBIES = 20;
/** Time without a next run after which the worker prepares environments, ms. */
const REFILL_PAUSE_MS = 2;
/** Time without a run after which garbage is collected and its memory given back to the system, ms. */
const IDLE_GC_MS = 2000;

const spares: PreparedEnvironment[] = [];
let settings: WorkerSettings;
let cleanliness: Cleanliness;
let preparing: NodeJS.Immediate | undefined;
let preparingLater: NodeJS.Timeout | undefined;
let idleTimer: NodeJS.Timeout | undefined;
let isRetiring = false;

process.title = "rojob worker";
// Made at first use: made during a run (by the I/O thread), they would look like something that the run left.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
// A promise that a run left rejected: its environment is gone, and no other code can have seen it.
process.on("unhandledRejection", () => undefined);

void bundleRuntimeFromSource().then(listen);

/** Accepts frames from the node. */
function listen(): void {
  const requests = new net.Socket({ fd: REQUEST_FD, readable: true, writable: false });
  const reader = new FrameReader((kind, payload) => {
    if (kind === Kind.settings) begin(JSON.parse(payload.toString()) as WorkerSettings);
    else if (kind === Kind.run) serve(payload);
  });
  requests.on("data", (chunk: Buffer) => reader.push(chunk));
  // The node has exited, or wants this process to exit.
  requests.on("close", endGroup);
  requests.on("error", endGroup);
}

function begin(given: WorkerSettings): void {
  settings = given;
  // getenv("constructor") must not find inherited properties of objects of this realm.
  settings.env = Object.assign(Object.create(null), settings.env);
  if (settings.isolation === "process") prepareForOne();
  else prepareForMany();
  freezeRealm();
  cleanliness = new Cleanliness();
  send(Kind.ready);
}

/** Prepares all that each run of this process would otherwise prepare itself. */
function prepareForMany(): void {
  warmUp();
  keepCodeCache(() => undefined);
  while (spares.length < settings.spares) spares.push(prepareEnvironment());
  collectGarbage();
  // Ahead of the first run that needs it: a thread takes longer to start than most runs.
  ioThread();
}

/** Prepares only what every run needs: this process has one run. */
function prepareForOne(): void {
  keepCodeCache(warmUp);
  spares.push(prepareEnvironment());
}

function serve(payload: Buffer): void {
  const startedMs = performance.now();
  // Otherwise it would look like something the run left.
  clearImmediate(preparing);
  clearTimeout(preparingLater);
  const { head, body } = splitHead<RunHead>(payload);
  const environment = spares.shift() ?? prepareEnvironment();
  let reachedTicks: number | undefined;
  const runMs = (): number => Math.round((performance.now() - startedMs) * 1000) / 1000;

  let outcome: string;
  try {
    outcome = environment.run(textOf(body), {
      cwd: settings.cwd,
      env: Object.assign(Object.create(null), settings.env),
      marks: { ...settings.marks, [RUN_MARK]: head.uuid },
      write: (stream, text) => sendOutput(stream === 1 ? Kind.out : Kind.err, text),
      onReach() {
        if (reachedTicks !== undefined) return;
        reachedTicks = nowTicks() ?? 0;
        send(Kind.reaches);
      },
      exit(code, outcomeJson) {
        environment.close();
        sendOutcome(Kind.exit, { runMs: runMs(), code }, limitResult(outcomeJson, settings).outcome);
        return endGroup();
      },
    });
  } catch (error) {
    outcome = JSON.stringify(failedOutcome(describe(error)));
  }

  const left = environment.close();
  if (settings.isolation === "context") left.push(...cleanliness.check());
  if (reachedTicks !== undefined) left.push(...endLeftovers(head.uuid, reachedTicks));
  const limited = limitResult(outcome, settings);
  const done: DoneHead = { runMs: runMs(), left, isTooLarge: limited.isTooLarge };
  sendOutcome(Kind.done, done, limited.outcome);
  if (settings.isolation === "context" && left.length === 0) refillSoon();
}

function sendOutcome(kind: Kind, head: DoneHead | ExitHead, outcome: string): void {
  const parts = partsOf(outcome);
  send(kind, parts === undefined ? withHead(head, outcome) : withHead({ ...head, outcome: parts.rest }, parts.result));
}

/** While there are spares, queued runs go first: a burst is served from the spares. */
function refillSoon(): void {
  if (spares.length === 0) preparing = setImmediate(refill);
  else preparingLater = setTimeout(refill, REFILL_PAUSE_MS).unref();
}

/** Prepares for the next runs, one step at a time, so that a request in between does not wait for all steps. */
function refill(): void {
  if (spares.length < settings.spares) {
    spares.push(prepareEnvironment());
    preparing = setImmediate(refill);
    return;
  }
  const limit = settings.jobMemoryMb * 1024 * 1024 * RETIREMENT_HEAP;
  if (heapUsed() > limit) {
    collectGarbage();
    const used = heapUsed();
    if (used > limit) send(Kind.retire, JSON.stringify([`heap stays at ${Math.round(used / 1024 / 1024)} MB`]));
  }
  if (idleTimer === undefined) idleTimer = setTimeout(tidy, IDLE_GC_MS).unref();
  else idleTimer.refresh();
}

/** Memory of objects found dead by the first collection, contexts above all, is freed only by a second one. */
function tidy(): void {
  collectGarbage();
  collectGarbage();
  retireForZombies(0);
}

/** Kills processes of a run that are still alive after it. */
function endLeftovers(uuid: string, sinceTicks: number): string[] {
  const { isSubreaper, cgroup } = settings;
  const helperPids = ioThread().helperPids();
  const query = { workerPid: process.pid, mark: `${RUN_MARK}=${uuid}`, sinceTicks, isSubreaper, cgroup, helperPids };
  const names = killLeftoversNow(query).map((name) => `process: ${name}`);
  if (names.length === 0) retireForZombies(MANY_ZOMBIES);
  return names;
}

/** Zombies stay until this process exits: Node waits for its own children only. */
function retireForZombies(most: number): void {
  const count = settings.isSubreaper ? countZombies(process.pid) : 0;
  if (count <= most || isRetiring) return;
  isRetiring = true;
  send(Kind.retire, JSON.stringify([`zombies: ${count} processes detached from their parents`]));
}

/** Ends this process, its process group and all processes below it at once, without further output. */
function endGroup(): never {
  if (settings?.isSubreaper) killLeftoversNow({ workerPid: process.pid, mark: RUN_MARK, isSubreaper: true });
  process.kill(-process.pid, "SIGKILL");
  throw new Error("signal 9 was survived");
}

/** Text of a thrown value, whose own `toString` may throw again. */
function describe(error: unknown): string {
  try {
    return String((error as Error)?.message ?? error);
  } catch {
    return "an exception that cannot be shown";
  }
}
