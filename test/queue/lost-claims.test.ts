import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BrokerQueue } from "../../service/queue/broker/index.js";
import { brokerProgram } from "./broker-nodes.js";
import { backendAt, untilUsable } from "./broker-suite.js";
import { type Broker, startBroker } from "./brokers.js";
import { type Expiry, expiryAt } from "./expire.js";
import { FakeWorker, History, Party, type Place, type Step } from "./parties.js";
import { queuedRun } from "./queued-runs.js";

const programs = { redis: "redis-server", etcd3: "etcd" } as const;

/** Longer than a claim lasts without a renewal, ms. */
const AWAY_MS = 60_000;

interface Scenario {
  place: Place;
  retries: number;
  /** Next holder of the run, after the first party has lost it. */
  second: "another" | "the same";
  /** When the first party goes on. */
  goesOn: "before the second begins" | "while the second runs" | "after the end of the second";
}

/** All of them: each step, before and after, and every order of what follows. */
function scenarios(): Scenario[] {
  const all: Scenario[] = [];
  for (const step of ["claim", "started", "run", "complete"] as const satisfies Step[])
    for (const when of ["before", "after"] as const)
      for (const retries of [0, 1])
        for (const second of ["another", "the same"] as const)
          for (const goesOn of [
            "before the second begins",
            "while the second runs",
            "after the end of the second",
          ] as const) {
            all.push({ place: { step, when }, retries, second, goesOn });
          }
  return all;
}

/** Expected results: the execution that counts, and the attempts. */
function expectedOf({ place: { step, when }, retries }: Scenario): { state: string; by: unknown; attempt: number } {
  // Nobody has it yet: whoever is faster.
  if (step === "claim" && when === "before")
    return { state: "done", by: expect.stringMatching(/first|second/), attempt: 1 };
  if (step === "complete" && when === "after") return { state: "done", by: "first", attempt: 1 };
  const hasStarted = step === "complete" || step === "run" || (step === "started" && when === "after");
  if (!hasStarted) return { state: "done", by: "second", attempt: 1 };
  if (retries === 0) return { state: "interrupted", by: null, attempt: 1 };
  return { state: "done", by: "second", attempt: 2 };
}

describe.each(["redis", "etcd3"] as const)("a party that is held up while its claim in %s goes to another", (type) => {
  const isThere = brokerProgram(type) !== undefined;
  let broker: Broker;
  let expiry: Expiry;
  let first: Party;
  let another: Party;
  let history: History;
  let observer: BrokerQueue;

  beforeAll(async () => {
    if (!isThere) return;
    broker = await startBroker(programs[type], brokerProgram(type)!);
    expiry = expiryAt(type, broker.port, "parties");
    [first, another] = [
      new Party("first:1", backendAt(type, broker.port, "parties")),
      new Party("another:1", backendAt(type, broker.port, "parties")),
    ];
    observer = new Party("observer:1", backendAt(type, broker.port, "parties")).queue;
    history = new History(observer);
    for (const queue of [first.queue, another.queue, observer]) {
      await queue.start();
      await untilUsable(queue);
    }
  });
  afterAll(async () => {
    if (!isThere) return;
    for (const queue of [first.queue, another.queue, observer]) await queue.close();
    expiry.close();
    await broker.end();
  });

  /** Plays one scenario. */
  async function play({ place, retries, second, goesOn }: Scenario): Promise<unknown> {
    const run = queuedRun({ retries });
    const { uuid } = run.record;
    await another.queue.submit(run);
    const [firstWorker, secondWorker] = [new FakeWorker("first"), new FakeWorker("second")];
    const held = first.holdUp(uuid, place);
    const firstDone = first.execute(uuid, firstWorker);
    if (place.step === "complete" || place.step === "run") await firstWorker.begun.happened;
    if (place.step === "complete") firstWorker.finish();
    if (place.step !== "run") await held.reached;
    const goOn = async (): Promise<void> => {
      if (place.step === "run" && place.when === "after") firstWorker.finish();
      else if (place.step === "run") await first.queue.maintain();
      held.goOn();
    };
    await expiry.expire(uuid);
    first.standStill(AWAY_MS);
    await another.queue.maintain();

    const taker = second === "another" ? another : first;
    let overlaps = false;
    if (goesOn === "before the second begins") await goOn();
    const secondDone = taker.execute(uuid, secondWorker);
    const begins = Promise.race([
      secondWorker.begun.happened.then(() => (overlaps = second === "the same" && firstWorker.isRunning)),
      secondDone,
    ]);
    // The next holder gets to its execution after the former one.
    if (second === "another") await begins;
    else await Promise.race([secondWorker.isWanted.happened, secondDone]);
    if (goesOn === "while the second runs" || second === "the same") await goOn();
    await begins;
    if (secondWorker.hasBegun) secondWorker.finish();
    await secondDone;
    await goOn();
    await Promise.race([firstDone, firstWorker.begun.happened]);
    if (firstWorker.isRunning) firstWorker.finish();
    await firstDone;

    const record = (await observer.get(uuid))!;
    const result = (await observer.result(uuid)) ?? "null";
    return {
      state: record.state,
      attempt: record.attempt,
      by: JSON.parse(String(result)) as string | null,
      secondWasKilled: secondWorker.isKilled,
      overlaps,
      statesAfterEnd: afterEnd(history.of(uuid)),
      // A party that was suspended until another one had its claim notices that before it begins.
      hasBegunLate: place.step === "started" && firstWorker.hasBegun,
      begunAtMost: Number(firstWorker.hasBegun) + Number(secondWorker.hasBegun) <= Math.max(1, record.attempt),
    };
  }

  const test = isThere ? it : it.skip;
  test.each(scenarios().map((scenario) => [nameOf(scenario), scenario] as const))("%s", async (_name, scenario) => {
    expect(await play(scenario)).toEqual({
      ...expectedOf(scenario),
      secondWasKilled: false,
      overlaps: false,
      statesAfterEnd: [],
      hasBegunLate: false,
      begunAtMost: true,
    });
  });
});

function nameOf({ place: { step, when }, retries, second, goesOn }: Scenario): string {
  return `${when} ${step}, ${retries} retries, then ${second}: goes on ${goesOn}`;
}

/** States of a run that were published after its end. */
function afterEnd(states: string[]): string[] {
  const end = states.findIndex((state) => !/^(accepted|running) /.test(state));
  return end === -1 ? [] : states.slice(end + 1);
}
