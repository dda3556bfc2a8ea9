import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { isTerminal, type RunRecord } from "../../service/model/record.js";
import type { BrokerQueue } from "../../service/queue/broker/index.js";
import { plainFetch } from "../../tools/plain-fetch.js";
import { type BrokerNode, pause } from "./broker-nodes.js";

/** A job with traces: a line when it begins, and one before it ends, with a number of that execution. */
export function tracingJob(index: number, file: string): object {
  // Every third may be run once only.
  const retries = index % 3 === 0 ? 0 : 20;
  const line = (what: string) =>
    `io.writeFileString(${JSON.stringify(file)}, "${what} ${index} " + number + "\\n", "utf-8", true)`;
  const exec = [
    "var number = Math.floor(Math.random() * 1e12)",
    line("begin"),
    // Some are long enough to be in the way of a fault; as many of those that may be run again as of the others.
    `sleep(${index % 5 === 2 ? 2000 : 20 + ((index * 37) % 200)}, true)`,
    line("end"),
    "__pm.number = number",
  ].join("\n");
  return { ojob: { rojob: { retries }, jobs: [{ name: "A", exec }], todo: ["A"] }, async: true };
}

/** Submits one run until it is accepted, at whichever node answers. */
export async function submitSurely(nodes: BrokerNode[], index: number, file: string): Promise<string> {
  for (const end = Date.now() + 120_000; Date.now() < end; await pause(200)) {
    const node = nodes[Math.floor(Math.random() * nodes.length)]!;
    try {
      const answer = await plainFetch(`${node.url}/v1/runs`, {
        method: "POST",
        headers: { authorization: "Bearer key-of-the-tests", "idempotency-key": `chaos-${index}` },
        body: JSON.stringify(tracingJob(index, file)),
        signal: AbortSignal.timeout(4_000),
      });
      if (answer.status === 202) return ((await answer.json()) as { uuid: string }).uuid;
      if (answer.status !== 503 && answer.status !== 409) throw new Error(`${answer.status}: ${await answer.text()}`);
    } catch (error) {
      // It is dead, stopped or cut off just now: the next one is asked.
      if (!/fetch failed|aborted|timeout|terminated/i.test(String(error))) throw error;
    }
  }
  throw new Error(`run ${index} is accepted nowhere`);
}

/** Follows all runs by what the broker tells, and notes what happened to those that were in the way of a fault. */
export class Observer {
  readonly ends = new Map<string, number>();
  /** ms from a fault until a run that was in its way went on or ended, by kind of fault. */
  readonly recoveries = new Map<string, number[]>();
  private readonly running = new Map<string, string>();
  private readonly waiting = new Map<string, { kind: string; at: number }>();

  constructor(queue: BrokerQueue) {
    queue.onEvent((event) => {
      if (event.kind === "state") this.note(event.record);
    });
  }

  /** Something happens to the node, `host:port`, that its runs do not survive. */
  fault(kind: string, node: string): void {
    for (const [uuid, at] of this.running) if (at === node) this.waiting.set(uuid, { kind, at: Date.now() });
  }

  /** Does the node, `host:port`, execute anything? */
  isBusy(node: string): boolean {
    return [...this.running.values()].includes(node);
  }

  private note({ uuid, state, route = "" }: RunRecord): void {
    if (isTerminal(state)) this.ends.set(uuid, (this.ends.get(uuid) ?? 0) + 1);
    const fault = this.waiting.get(uuid);
    if (fault !== undefined && (state === "running" || isTerminal(state))) {
      this.waiting.delete(uuid);
      const times = this.recoveries.get(fault.kind) ?? [];
      this.recoveries.set(fault.kind, [...times, Date.now() - fault.at]);
    }
    if (state === "running") this.running.set(uuid, route.split(">")[0]!);
    else this.running.delete(uuid);
  }
}

/** Every accepted run, as it has ended. @throws Error when none has ended for a while, and some have not */
export async function endsOf(queue: BrokerQueue, uuids: string[], maxWaitMs: number): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  let progressAt = Date.now();
  let known = "";
  for (const uuid of uuids) {
    for (;;) {
      const record = await queue.get(uuid).catch(() => undefined);
      if (record !== undefined && isTerminal(record.state)) {
        records.push(record);
        break;
      }
      const { ended, ...counts } = await queue.counts();
      if (JSON.stringify(ended) !== known) progressAt = Date.now();
      known = JSON.stringify(ended);
      if (Date.now() > progressAt + maxWaitMs) {
        throw new Error(`${uuid} is ${record?.state ?? "lost"}: ${JSON.stringify({ ...counts, ended })}`);
      }
      await pause(100);
    }
  }
  return records;
}

/** Compares what the runs have done with what is recorded. */
export async function check(
  queue: BrokerQueue,
  uuids: string[],
  records: RunRecord[],
  file: string,
  observer: Observer,
) {
  const begun = new Map<number, Set<string>>();
  const ended = new Map<number, Set<string>>();
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const [what, index, number] = line.split(" ") as [string, string, string];
    const all = what === "begin" ? begun : ended;
    all.set(Number(index), (all.get(Number(index)) ?? new Set()).add(number));
  }
  expect(new Set(uuids).size, "each key stands for a run of its own").toBe(uuids.length);
  for (const [index, record] of records.entries()) {
    const { uuid, state, attempt, retries } = record;
    const times = begun.get(index)?.size ?? 0;
    const what = `run ${index} (${uuid}), ${state} at attempt ${attempt}, begun ${times} times`;
    expect(["done", "interrupted"], what).toContain(state);
    if (retries > 0) expect(state, what).toBe("done");
    else expect(attempt, what).toBeLessThanOrEqual(1);
    // Each execution was recorded before it began.
    expect(times, what).toBeLessThanOrEqual(attempt);
    // The broker tells of an end once, or not at all while it is away.
    expect(observer.ends.get(uuid) ?? 0, what).toBeLessThanOrEqual(1);
    if (state !== "done") continue;
    const { number } = JSON.parse(String(await queue.result(uuid))) as { number: number };
    expect(
      ended.get(index)?.has(String(number)),
      `${what}: its result is that of an execution that came to its end`,
    ).toBe(true);
  }
  const known = (await queue.counts()).ended;
  const count = (state: RunRecord["state"]) => records.filter((record) => record.state === state).length;
  expect(known, "there are no runs but those that were accepted").toEqual(
    Object.fromEntries(
      (["done", "interrupted"] as const).map((state) => [state, count(state)]).filter(([, many]) => many),
    ),
  );
}
