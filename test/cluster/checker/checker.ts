import { CallbackServer } from "./callbacks.js";
import { Chance } from "./chance.js";
import { Faults } from "./faults.js";
import { Field, type Mode, pause } from "./field.js";
import { History, type Seen } from "./history.js";
import { type Faulty, judge, type Outcome } from "./judge.js";
import { Load } from "./load.js";

export interface CheckOptions {
  mode: Mode;
  /** Runs to be sent, each with a tag of its own. */
  runs: number;
  faults: number;
  seed: number;
  /** Longest pause of a node, ms; default 40,000. */
  longestPauseMs?: number;
  /** No fault begins after so long, ms; default: as long as it takes. */
  limitMs?: number;
  /** Pause of a reader of records between two looks, ms; default 15. */
  lookMs?: number;
  /** Clients at a time; default 6. */
  clients?: number;
  /** Keeps what the nodes said when something is found. */
  keepsLogs?: boolean;
}

/** Findings from the traces of runs and from the callbacks of clients. */
export interface Findings {
  /** Nothing of these may be. */
  faulty: Faulty & { changed: string[]; unknown: string[]; unclear: string[] };
  /** For the reader. */
  counts: {
    sent: number;
    accepted: number;
    answered: number;
    /** Synchronous runs whose node died while they ran or were asked for. */
    unanswered: number;
    ends: Record<string, number>;
    runAgain: number;
    callbacks: number;
    /** Told again in the same words, as a node was killed before it had noted the delivery. */
    toldAgain: number;
    faults: Record<string, number>;
  };
  /** The faults, and what the nodes said of the runs that something was found about. */
  words?: string[];
  /** Folder of what the nodes said, if it is kept. */
  logs?: string;
}

/** Of a run of a node of this test. */
const UUID = /127\.0\.0\.1-[\w-]+/g;
/** Longest time in which no further run ends, after all faults are over, ms. */
const PATIENCE_MS = 120_000;
/** Longest time to send the remaining runs after the time of faults, ms. */
const RUSH_MS = 180_000;
/**
 * Longest time from the last end to its callback, ms: other nodes send callbacks of a dead one a minute after they were
 * due.
 */
const CALLBACKS_MS = 150_000;

/**
 * Sends a mixed load through three nodes while faults are injected at random, and compares: each run appends a line to a file of
 * its tag before it does anything, and one after it.
 */
export async function check(options: CheckOptions): Promise<Findings> {
  const callbacks = await CallbackServer.start();
  const field = await Field.of(options.mode, callbacks.port);
  let isClean = false;
  try {
    const found = await run(field, callbacks, options);
    isClean = found.counts.toldAgain === 0;
    const findings = Object.values(found.faulty).flat();
    isClean &&= findings.length === 0;
    await field.end();
    found.words = field.wordsAbout(findings.flatMap((one) => one.match(UUID) ?? []));
    if (!isClean && options.keepsLogs === true) found.logs = field.logs;
    return found;
  } finally {
    await field.close(!isClean && options.keepsLogs === true);
    await callbacks.close();
  }
}

async function run(field: Field, callbacks: CallbackServer, options: CheckOptions): Promise<Findings> {
  const { runs, seed, longestPauseMs = 40_000, clients = 6, limitMs = Number.POSITIVE_INFINITY } = options;
  // Late runs have to meet faults, too: faults go on as long as the load does.
  const goesOn = (): boolean => load.sent.length < runs;
  const faults: Faults = new Faults(field, new Chance(seed), {
    faults: options.faults,
    longestPauseMs,
    limitMs,
    goesOn,
  });
  const history = new History(field, new Chance(seed + 1), options.lookMs ?? 15);
  const load: Load = new Load(field, new Chance(seed + 2), {
    runs,
    clients,
    callbackUrl: `http://127.0.0.1:${callbacks.port}/`,
    limitMs: limitMs + RUSH_MS,
    // The load goes on as long as the faults do.
    allowed: () => (faults.isOver ? runs : Math.ceil((runs * (faults.done + 1)) / (options.faults + 1))),
    accepted: ({ uuid }) => history.add(uuid!),
  });
  const reading = history.read();
  await Promise.all([load.send(), faults.inject()]);
  const accepted = load.sent.filter(({ uuid }) => uuid !== undefined);
  const outcomes = await settle(
    accepted.map(({ uuid }) => uuid!),
    history,
    field,
  );
  const wished = accepted.filter(({ hasCallback }) => hasCallback).map(({ uuid }) => uuid!);
  for (const until = Date.now() + CALLBACKS_MS; Date.now() < until; await pause(200)) {
    if (wished.every((uuid) => callbacks.told.has(uuid))) break;
  }
  history.stop();
  await reading;
  // Once more: an end that changes late is one that changed.
  for (const { uuid } of accepted) await history.look(uuid!);
  const faulty = judge(field, load.sent, outcomes, callbacks.told, faults.damaged);
  const ends: Record<string, number> = {};
  for (const { seen } of outcomes.values()) ends[seen?.state ?? "lost"] = (ends[seen?.state ?? "lost"] ?? 0) + 1;
  const told = [...callbacks.told.values()];
  for (const [uuid, all] of callbacks.told) {
    const times = all.map(({ at }) => new Date(at).toISOString());
    if (all.length > 1) field.note(`sent again: ${uuid} at ${times.join(", ")}`);
  }
  return {
    faulty: { ...faulty, changed: history.changed, unknown: history.unknown, unclear: load.unclear },
    counts: {
      sent: load.sent.length,
      accepted: accepted.length,
      answered: load.sent.filter(({ reply }) => reply?.state === "done").length,
      unanswered: load.sent.filter(({ isAsync, reply }) => !isAsync && reply?.state !== "done").length,
      ends,
      runAgain: [...outcomes.values()].filter(({ seen }) => (seen?.attempt ?? 0) > 1).length,
      callbacks: told.length,
      toldAgain: told.reduce((sum, all) => sum + all.length - 1, 0),
      faults: faults.counts,
    },
  };
}

/** Waits until every accepted run has ended, as long as runs end. */
async function settle(uuids: readonly string[], history: History, field: Field): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let left = [...uuids];
  for (let progressAt = Date.now(); left.length > 0 && Date.now() < progressAt + PATIENCE_MS; ) {
    const still: string[] = [];
    for (const uuid of left) {
      const seen = await history.look(uuid);
      if (seen?.endedAt === undefined) {
        still.push(uuid);
        outcomes.set(uuid, { seen, result: undefined });
        continue;
      }
      progressAt = Date.now();
      outcomes.set(uuid, { seen, result: await resultOf(uuid, seen, field) });
    }
    if (still.length > 0) await pause(500);
    left = still;
  }
  return outcomes;
}

async function resultOf(uuid: string, { state }: Seen, field: Field): Promise<unknown> {
  if (state !== "done") return undefined;
  for (let tries = 0; ; tries++) {
    const seat = field.seats[tries % field.seats.length]!;
    try {
      const { status, json, text } = await seat.node!.request("GET", `/v1/runs/${uuid}/result`);
      if (status === 200 || tries > 10) return status === 200 ? json : `${status} ${text}`;
    } catch (error) {
      if (tries > 10) return String(error);
    }
    await pause(200);
  }
}
