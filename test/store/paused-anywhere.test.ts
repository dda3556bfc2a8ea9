import { readdirSync } from "node:fs";
import path from "node:path";
import { pino } from "pino";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { isTerminal, type RunRecord } from "../../service/model/record.js";
import type { FoundRun } from "../../service/model/store.js";
import { createStore, type RunStore } from "../../service/store/index.js";
import { makeRun } from "./runs.js";
import { closeLeftHandles, Party } from "./stepping.js";
import { temporaryFolder } from "./store-helper.js";

vi.mock("node:fs/promises", async (original) => {
  const { stepped } = await import("./stepping.js");
  return stepped(await original());
});

afterEach(closeLeftHandles);

const A = "127.0.0.1:8787";
const B = "127.0.0.1:9999";

/** A life of a node: a process with a store. No lease keeps two of them apart here; the store alone has to. */
class Life {
  readonly party: Party;
  readonly store: RunStore;
  /** Its executions, and the ends that it believes to be stored. */
  readonly begun: number[] = [];
  readonly ends: RunRecord[] = [];
  isDead = false;

  constructor(
    readonly node: string,
    readonly name: string,
    workFolder: string,
  ) {
    this.party = new Party(name);
    const log = pino({ level: "silent" });
    this.store = createStore({ workFolder, node: () => node, resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log });
    onTestFinished(() => (this.isDead ? undefined : this.store.close()));
  }

  /** Finds the runs of a node, makes them its own when they are another's, executes and ends them. */
  async serve(of: string): Promise<void> {
    for (const found of await this.store.unfinishedOf(of)) await this.goOn(found);
  }

  private async goOn(found: FoundRun): Promise<void> {
    const record: RunRecord = { ...found.record, node: this.node };
    if (record.state === "running" && record.attempt > record.retries) {
      return this.end({ ...record, state: "interrupted" }, found.fence);
    }
    let fence: number | undefined = found.fence;
    const waiting: RunRecord = { ...record, state: "accepted" };
    if (found.record.node !== this.node || record.state === "running") {
      fence = await this.store.write(waiting, fence, { isDurable: true });
    }
    if (fence !== undefined) await this.execute(waiting, fence);
  }

  /** Starts and ends a run that it has in its line. */
  async execute(waiting: RunRecord, seen: number): Promise<void> {
    const running: RunRecord = { ...waiting, state: "running", attempt: waiting.attempt + 1 };
    const fence = await this.store.write(running, seen, { isDurable: true });
    if (fence === undefined) return;
    this.begun.push(running.attempt);
    await this.end({ ...running, state: "done" }, fence);
  }

  async end(record: RunRecord, fence: number): Promise<void> {
    const ended = { ...record, endedAt: 1 };
    if (await this.store.end(ended, JSON.stringify(this.name), fence)) this.ends.push(ended);
  }
}

interface Scene {
  /** Operation of the process that is suspended at every step; A has accepted the run. */
  paused: (life: { a: Life; b: Life; run: FoundRun }) => [Life, () => Promise<void>];
  /** Operation of the other process meanwhile. */
  meanwhile: (life: { a: Life; b: Life; next: Life }) => Promise<void>;
  /** Most further attempts. */
  retries: number;
  /** The run has been begun by A before. */
  isRunning?: boolean;
}

const SCENES: Record<string, Scene> = {
  "the one who takes over, while the former owner, started anew, executes the run": {
    paused: ({ b }) => [b, () => b.serve(A)],
    meanwhile: ({ next }) => next.serve(A),
    retries: 0,
  },
  "the one who takes over a run that had begun, while its owner, started anew, runs it again": {
    paused: ({ b }) => [b, () => b.serve(A)],
    meanwhile: ({ next }) => next.serve(A),
    retries: 3,
    isRunning: true,
  },
  "the one who takes over a run that may not be run again, while its owner does the same": {
    paused: ({ b }) => [b, () => b.serve(A)],
    meanwhile: ({ next }) => next.serve(A),
    retries: 0,
    isRunning: true,
  },
  "the owner that starts a run, while another one takes it over": {
    paused: ({ a, run }) => [a, () => a.execute(run.record, 0)],
    meanwhile: ({ b }) => b.serve(A),
    retries: 0,
  },
  "the owner that starts a run which may be run again, while another one takes it over": {
    paused: ({ a, run }) => [a, () => a.execute(run.record, 0)],
    meanwhile: ({ b }) => b.serve(A),
    retries: 3,
  },
  "the owner that ends a run, while another one takes it over and runs it again": {
    paused: ({ a, run }) => [a, () => a.end({ ...run.record, state: "done", attempt: 1 }, 1)],
    meanwhile: ({ b }) => b.serve(A),
    retries: 3,
    isRunning: true,
  },
};

/** One run of a scene, stopped before one step. @returns false when there are fewer steps */
async function play({ paused, meanwhile, retries, isRunning }: Scene, step: number, then: Then): Promise<boolean> {
  const folder = temporaryFolder();
  const [a, b, next] = [new Life(A, "a", folder), new Life(B, "b", folder), new Life(A, "a again", folder)];
  await a.store.start();
  const run = makeRun({ node: A, retries });
  const { uuid } = run.record;
  await a.store.accept(run);
  if (isRunning) {
    a.begun.push(1);
    expect(await a.store.write({ ...run.record, state: "running", attempt: 1 }, 0, { isDurable: true })).toBe(1);
  }
  const [first, work] = paused({ a, b, run: { ...run, fence: 0 } });
  const { end, hasStopped } = await first.party.until(step, work);
  if (!hasStopped) return false;

  await meanwhile({ a, b, next });
  const seen = await next.store.get(uuid);
  const isOver = seen !== undefined && isTerminal(seen.state);
  if (then === "is resumed after the run was removed" && isOver) expect(await next.store.remove(uuid)).toBe(true);
  if (then === "is dead") {
    first.isDead = true;
  } else {
    first.party.resume();
    await end;
  }
  // Whatever is left undone is done by a further life: of a dead taker's node, too. What it finds claimed it finds again.
  const last = new Life(A, "last", folder);
  for (let turn = 0; turn < 2; turn++) for (const node of [A, B]) await last.serve(node);

  const lives = [a, b, next, last];
  const record = await last.store.get(uuid);
  const kept = lives.flatMap(({ ends }) => ends);
  const at = `step ${step}`;
  if (then === "is resumed after the run was removed" && isOver) {
    expect(record, at).toBeUndefined();
    expect(left(folder), at).toEqual([]);
    return true;
  }
  expect(isTerminal(record!.state), `${at}: ${record!.state}`).toBe(true);
  // One that dies over the end it was keeping does not know whether it was kept.
  expect(kept.length, `${at}: ends`).toBeLessThanOrEqual(1);
  if (then !== "is dead") expect(kept.length, `${at}: ends`).toBe(1);
  if (isOver) expect(record, at).toEqual(seen);
  for (const { state, attempt, node } of kept) expect(record, at).toMatchObject({ state, attempt, node });
  const begun = lives.flatMap((life) => life.begun);
  expect(new Set(begun).size, `${at}: begun as ${begun}`).toBe(begun.length);
  for (const attempt of begun) expect(attempt, at).toBeLessThanOrEqual(record!.attempt);
  if (record!.state === "done") {
    const result = JSON.parse(String(await last.store.result(uuid)));
    const by = lives.find(({ ends }) => ends.length > 0)?.name ?? first.name;
    expect(result, at).toBe(by);
  }
  if (then !== "is dead") expect(left(folder), at).toEqual([`${uuid}.json`, `${uuid}.result`]);
  return true;
}

type Then = "is resumed" | "is dead" | "is resumed after the run was removed";

/** Files of runs that are there. */
function left(folder: string): string[] {
  const root = path.join(folder, ".rojob");
  const names = [root, path.join(root, "runs")].flatMap((each) => readdirSync(each, { withFileTypes: true }));
  return names
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

describe.each(Object.entries(SCENES))("stopped before every step: %s", (_, scene) => {
  it.each<Then>(["is resumed", "is dead", "is resumed after the run was removed"])(
    "and then it %s",
    { timeout: 120_000 },
    async (then) => {
      let step = 1;
      while (await play(scene, step, then)) step++;
      expect(step).toBeGreaterThan(8);
    },
  );
});
