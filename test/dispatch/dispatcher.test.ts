import { expect, test } from "vitest";
import { LocalDispatcher, type LocalSlot } from "../../service/dispatch/dispatcher.js";
import type { Policy } from "../../service/dispatch/plan.js";
import type { RunReply, RunSpec } from "../../service/model/run.js";

/** Workers whose runs end when the test says so. */
class FakeWorkers {
  free = 1;
  forks = 0;
  readonly ends = new Map<string, () => void>();
  private readonly listeners: (() => void)[] = [];

  reserve(): LocalSlot | undefined {
    if (this.free === 0) return undefined;
    this.free--;
    return { run: (spec) => this.start(spec), release: () => this.freed(), kill: () => undefined };
  }

  async fork(): Promise<void> {
    this.forks++;
    this.free++;
  }

  load() {
    return { free: this.free, forks: this.forks };
  }

  onFree(listener: () => void): void {
    this.listeners.push(listener);
  }

  end(uuid: string): void {
    this.ends.get(uuid)!();
  }

  private start(spec: RunSpec): Promise<RunReply> {
    return new Promise((resolve) => {
      this.ends.set(spec.uuid, () => {
        this.ends.delete(spec.uuid);
        resolve({ uuid: spec.uuid, state: "done", result: "{}", errors: [], route: "worker" } as unknown as RunReply);
        this.freed();
      });
    });
  }

  private freed(): void {
    this.free++;
    for (const listener of this.listeners) listener();
  }
}

function node(policy: Partial<Policy> = {}) {
  const workers = new FakeWorkers();
  const full: Policy = { FORK: false, MAXFORKS: 1, BACKLOG: 10, BACKLOGTIMEOUT: 5_000, ...policy };
  return { workers, dispatcher: new LocalDispatcher(workers, full, () => "127.0.0.1:1") };
}

const spec = (uuid: string, more: Partial<RunSpec> = {}): RunSpec => ({
  uuid,
  text: "{}",
  file: "f",
  args: {},
  ...more,
});

async function running(workers: FakeWorkers, uuid: string): Promise<void> {
  await expect.poll(() => workers.ends.has(uuid)).toBe(true);
}

test("a run that waits for a run cannot starve: the other gets an extra worker, even with FORK=false", async () => {
  const { workers, dispatcher } = node();
  const parent = dispatcher.dispatch(spec("parent"));
  const child = dispatcher.dispatch(spec("child", { lane: "nested", parent: "parent" }));
  const grandchild = running(workers, "child").then(() =>
    dispatcher.dispatch(spec("grandchild", { lane: "nested", parent: "child" })),
  );
  await running(workers, "grandchild");
  expect(workers.forks).toBe(2);
  for (const uuid of ["grandchild", "child", "parent"]) workers.end(uuid);
  await Promise.all([grandchild, child, parent]);
});

test("many runs started by one run share one extra worker", async () => {
  const { workers, dispatcher } = node();
  const parent = dispatcher.dispatch(spec("parent"));
  const children = ["a", "b", "c"].map((uuid) => dispatcher.dispatch(spec(uuid, { lane: "nested", parent: "parent" })));
  for (const uuid of ["a", "b", "c"]) {
    await running(workers, uuid);
    workers.end(uuid);
  }
  await Promise.all(children);
  expect(workers.forks).toBe(1);
  workers.end("parent");
  await parent;
});

test("runs that start runs without end are refused", async () => {
  const { workers, dispatcher } = node();
  const replies = [dispatcher.dispatch(spec("0"))];
  for (let depth = 1; depth <= 16; depth++) {
    replies.push(dispatcher.dispatch(spec(String(depth), { lane: "nested", parent: String(depth - 1) })));
    await running(workers, String(depth));
  }
  await expect(dispatcher.dispatch(spec("17", { lane: "nested", parent: "16" }))).rejects.toMatchObject({
    code: "nested_too_deep",
  });
  for (let depth = 16; depth >= 0; depth--) workers.end(String(depth));
  await Promise.all(replies);
});

test("a management job is served while every worker is busy and others wait", async () => {
  const { workers, dispatcher } = node();
  const busy = dispatcher.dispatch(spec("busy"));
  const waits = dispatcher.dispatch(spec("waits"));
  const management = dispatcher.dispatch(spec("management", { lane: "management" }));
  await running(workers, "management");
  expect(workers.ends.has("waits")).toBe(false);
  for (const uuid of ["management", "busy"]) workers.end(uuid);
  await running(workers, "waits");
  workers.end("waits");
  await Promise.all([busy, waits, management]);
});

test("a slot is waited for in line with the runs, and can be given back", async () => {
  const { workers, dispatcher } = node();
  const busy = dispatcher.dispatch(spec("busy"));
  await running(workers, "busy");
  const slot = dispatcher.slot();
  const after = dispatcher.dispatch(spec("after"));
  workers.end("busy");
  (await slot)!.release();
  await running(workers, "after");
  workers.end("after");
  await Promise.all([busy, after]);
});

test("whoever waits for a slot is told when the node drains or interest is lost", async () => {
  const { workers, dispatcher } = node();
  const busy = dispatcher.dispatch(spec("busy"));
  const interest = new AbortController();
  const slots = [dispatcher.slot({ signal: interest.signal }), dispatcher.slot()];
  interest.abort();
  expect(await slots[0]).toBeUndefined();
  dispatcher.drain();
  expect(await slots[1]).toBeUndefined();
  workers.end("busy");
  await busy;
});

test("a worker that became free while peers were asked serves the run that comes back to wait", async () => {
  const { workers, dispatcher } = node();
  let decline: () => void = () => undefined;
  dispatcher.usePeers({
    peers: 1,
    fallbacks: 0,
    reserve: () =>
      new Promise((resolve) => {
        decline = () => resolve(undefined);
      }),
    reserveFallback: async () => undefined,
    onPeerFree: () => undefined,
  });
  const first = dispatcher.dispatch(spec("first"));
  await running(workers, "first");
  const second = dispatcher.dispatch(spec("second"));
  workers.end("first");
  await first;
  decline();
  await running(workers, "second");
  workers.end("second");
  await second;
});
