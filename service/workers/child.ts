/** Entry of a worker process: serves one run at a time, each in an environment prepared ahead and used once. */
import net from "node:net";
import { textOf } from "../base/json/text-of.js";
import { Cleanliness, collectGarbage, heapUsed } from "./cleanliness.js";
import { type PreparedEnvironment, prepareEnvironment } from "./environment.js";
import { send, sendOutput } from "./frames-out.js";
import { freezeRealm } from "./frozen-realm.js";
import { ioThread } from "./io/client.js";
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
import { countZombies, killStraysNow } from "./strays.js";
import { warmUp } from "./warm-up.js";

/** The node is told to replace a worker whose heap stays above this part of JOBMEMORY. */
const TIRED_HEAP = 0.5;
/** The node is told to replace a worker that adopted more orphans which have ended since, at once; of fewer when it is idle. */
const MANY_ZOMBIES = 20;
/** How long the next run may be in coming before the time is used to prepare, ms. */
const REFILL_PAUSE_MS = 2;
/** After this long without a run, what runs left as garbage is given back to the system, ms. */
const IDLE_GC_MS = 2000;

const spares: PreparedEnvironment[] = [];
let settings: WorkerSettings;
let cleanliness: Cleanliness;
let preparing: NodeJS.Immediate | undefined;
let preparingLater: NodeJS.Timeout | undefined;
let idleTimer: NodeJS.Timeout | undefined;
let isTired = false;

process.title = "rojob worker";
// Made at first use: if that were in a run (by the I/O thread), they would look like something it left.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
// A promise that a run left rejected: its environment is gone, and nobody else can have seen it.
process.on("unhandledRejection", () => undefined);

await bundleRuntimeFromSource();

const requests = new net.Socket({ fd: REQUEST_FD, readable: true, writable: false });
const reader = new FrameReader((kind, payload) => {
  if (kind === Kind.settings) begin(JSON.parse(payload.toString()) as WorkerSettings);
  else if (kind === Kind.run) serve(payload);
});
requests.on("data", (chunk: Buffer) => reader.push(chunk));
// The node is gone, or wants this process to go.
requests.on("close", endGroup);
requests.on("error", endGroup);

function begin(given: WorkerSettings): void {
  settings = given;
  // getenv("constructor") must not find what objects of this realm have by nature.
  settings.env = Object.assign(Object.create(null), settings.env);
  if (settings.isolation === "process") prepareForOne();
  else prepareForMany();
  freezeRealm();
  cleanliness = new Cleanliness();
  send(Kind.ready);
}

/** Whatever is not made ahead here would be made in each of its runs. */
function prepareForMany(): void {
  warmUp();
  keepCodeCache(() => undefined);
  while (spares.length < settings.spares) spares.push(prepareEnvironment());
  collectGarbage();
  // Ahead of the first run that needs it: a thread takes longer to start than most runs.
  ioThread();
}

/** Whatever its only run may not need is left to the run. */
function prepareForOne(): void {
  keepCodeCache(warmUp);
  spares.push(prepareEnvironment());
}

function serve(payload: Buffer): void {
  const startedMs = performance.now();
  // Or it would look like something the run left.
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
  if (reachedTicks !== undefined) left.push(...endStrays(head.uuid, reachedTicks));
  const limited = limitResult(outcome, settings);
  const done: DoneHead = { runMs: runMs(), left, isTooLarge: limited.isTooLarge };
  sendOutcome(Kind.done, done, limited.outcome);
  if (settings.isolation === "context" && left.length === 0) refillSoon();
}

function sendOutcome(kind: Kind, head: DoneHead | ExitHead, outcome: string): void {
  const parts = partsOf(outcome);
  send(kind, parts === undefined ? withHead(head, outcome) : withHead({ ...head, outcome: parts.rest }, parts.result));
}

/** While there are spares, runs that follow at once go first: a burst is served from them. */
function refillSoon(): void {
  if (spares.length === 0) preparing = setImmediate(refill);
  else preparingLater = setTimeout(refill, REFILL_PAUSE_MS).unref();
}

/** Prepares for the next runs; one step at a time, so that a request in between is not kept waiting for all of them. */
function refill(): void {
  if (spares.length < settings.spares) {
    spares.push(prepareEnvironment());
    preparing = setImmediate(refill);
    return;
  }
  const limit = settings.jobMemoryMb * 1024 * 1024 * TIRED_HEAP;
  if (heapUsed() > limit) {
    collectGarbage();
    const used = heapUsed();
    if (used > limit) send(Kind.tired, JSON.stringify([`heap stays at ${Math.round(used / 1024 / 1024)} MB`]));
  }
  if (idleTimer === undefined) idleTimer = setTimeout(tidy, IDLE_GC_MS).unref();
  else idleTimer.refresh();
}

/** What the first collection finds dead, contexts above all, holds memory that only a second one frees. */
function tidy(): void {
  collectGarbage();
  collectGarbage();
  tireOfZombies(0);
}

/** Ends processes of a run that are still alive after it. */
function endStrays(uuid: string, sinceTicks: number): string[] {
  const { isSubreaper, cgroup } = settings;
  const helperPids = ioThread().helperPids();
  const query = { workerPid: process.pid, mark: `${RUN_MARK}=${uuid}`, sinceTicks, isSubreaper, cgroup, helperPids };
  const names = killStraysNow(query).map((name) => `process: ${name}`);
  if (names.length === 0) tireOfZombies(MANY_ZOMBIES);
  return names;
}

/** Orphans that have ended stay until this process does: Node waits for its own children only. */
function tireOfZombies(most: number): void {
  const count = settings.isSubreaper ? countZombies(process.pid) : 0;
  if (count <= most || isTired) return;
  isTired = true;
  send(Kind.tired, JSON.stringify([`zombies: ${count} processes detached from their parents`]));
}

/** Ends this process and all that is left of its process group and below it, without any last words. */
function endGroup(): never {
  if (settings?.isSubreaper) killStraysNow({ workerPid: process.pid, mark: RUN_MARK, isSubreaper: true });
  process.kill(-process.pid, "SIGKILL");
  throw new Error("signal 9 was survived");
}

/** Text of whatever a run threw; its own `toString` may throw again. */
function describe(error: unknown): string {
  try {
    return String((error as Error)?.message ?? error);
  } catch {
    return "an exception that cannot be shown";
  }
}
