import { rmSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import type { UnwrittenRuns } from "../../service/store/unwritten-runs.js";
import { smallDisk } from "./small-disk.js";
import { ended, eventually, makeRecord, makeRun, namesIn, startStore } from "./store-helper.js";

it("a full disk refuses new runs and says why, running ones go on, and all is written when there is room", async (context) => {
  const disk = smallDisk(context, 4);
  const store = await startStore({ workFolder: disk.folder });
  const [first, second] = [makeRun(), makeRun()];
  await store.accept(first);
  await store.accept(second);
  store.appendLog(first.record.uuid, "before");
  await store.closeLog(first.record.uuid);
  disk.fill();

  const refused = makeRun();
  const refusal = await store.accept(refused).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ServiceError);
  expect(refusal).toMatchObject({
    code: "storage_full",
    status: 507,
    message: expect.stringMatching(/no space .*ENOSPC/),
  });
  expect(store.trouble()).toMatch(/no space is left .*ENOSPC/);
  expect(await store.get(refused.record.uuid)).toBeUndefined();
  expect(namesIn(store.root).filter((name) => name.includes(refused.record.uuid))).toEqual([]);
  await expect(store.change({ ...second.record, state: "running" }, true)).rejects.toMatchObject({
    code: "storage_full",
  });

  const running = { ...first.record, state: "running" as const };
  await store.change(running, false);
  expect(await store.get(running.uuid)).toEqual(running);
  store.appendLog(running.uuid, "x".repeat(300_000));
  const finishing = store.finish(ended(running), '{"x":1}');
  const noted = ended(makeRecord({ isAsync: false }));
  store.note(noted, '"noted"');
  const check = async (from = store): Promise<void> => {
    expect(await from.get(running.uuid)).toMatchObject({ state: "done" });
    expect(await from.result(running.uuid)).toBe('{"x":1}');
    expect(await from.result(noted.uuid)).toBe('"noted"');
    const page = await from.list({ limit: 9, state: ["done"] });
    expect(page.runs.map((run) => run.uuid)).toEqual([noted.uuid, running.uuid]);
  };
  expect(await store.result(noted.uuid)).toBe('"noted"');
  // Nobody is told of an end that is not on the disk: another node may take the run over before.
  let isFinished = false;
  void finishing.then((isKept) => (isFinished = isKept));
  // Not over while it is not.
  await new Promise((resume) => setTimeout(resume, 1500));
  expect(store.trouble()).toMatch(/ENOSPC/);
  expect([isFinished, (await store.get(running.uuid))?.state]).toEqual([false, "accepted"]);

  disk.empty();
  expect(await finishing).toBe(true);
  await eventually(() => expect(store.trouble()).toBeUndefined());
  await store.accept(refused);
  await check();
  expect(store.events.map((event) => event.msg)).toEqual([
    expect.stringMatching(/cannot be written: no space/),
    "the work folder is writable again",
  ]);
  await store.close();
  const again = await startStore({ workFolder: disk.folder });
  await check(again);
  expect((await again.unfinished()).map((run) => run.record.uuid)).toEqual([second.record.uuid, refused.record.uuid]);
  const log = await again.readLog(running.uuid, undefined);
  expect(log!.text).toMatch(/^before\n/);
});

it("output that found no room is counted in the log, which goes on when there is some", async (context) => {
  const disk = smallDisk(context, 4);
  const store = await startStore({ workFolder: disk.folder });
  const run = makeRun();
  const { uuid } = run.record;
  await store.accept(run);
  store.appendLog(uuid, "before");
  await eventually(async () => expect((await store.readLog(uuid, undefined))?.text).toBe("before\n"));
  disk.fill();
  for (let n = 0; n < 20; n++) store.appendLog(uuid, "y".repeat(299_999));
  disk.empty();
  store.appendLog(uuid, "after");
  await store.finish(ended(run.record), "{}");
  let text = "";
  for (let place: string | undefined, isEnd = false; !isEnd; ) {
    const chunk = (await store.readLog(uuid, place))!;
    text += chunk.text;
    ({ next: place, isEnd } = chunk);
  }
  expect(text).toMatch(/^before\n/);
  expect(text).toMatch(/\n\[\d+ characters of output could not be stored\]\nafter\n$/);
});

it("results that wait for room are bounded: the first are given up, their records are not", async (context) => {
  const disk = smallDisk(context, 4);
  const store = await startStore({ workFolder: disk.folder });
  const runs = Array.from({ length: 5 }, () => makeRun());
  for (const run of runs) await store.accept(run);
  disk.fill();
  const large = JSON.stringify("r".repeat(20 * 1024 * 1024));
  const finishing = runs.map((run) => store.finish(ended(run.record), large));
  const { unwritten } = store as unknown as { unwritten: UnwrittenRuns };
  // The bound is passed only when all of them wait.
  await eventually(() => expect(unwritten.uuids()).toHaveLength(runs.length));
  expect(store.trouble()).toMatch(/ENOSPC/);
  disk.grow(96);
  disk.empty();
  expect(await Promise.all(finishing)).toEqual(runs.map(() => true));
  // Without the result: a failed assertion would print 20 MB, which takes gigabytes.
  const first = await store.result(runs[0]!.record.uuid).then(
    () => "kept",
    (error: ServiceError) => error.code,
  );
  expect(first).toBe("result_not_kept");
  expect((await store.result(runs[4]!.record.uuid))?.length).toBe(large.length);
  for (const run of runs) expect(await store.get(run.record.uuid)).toMatchObject({ state: "done" });
});

it("a file system that became read-only is the same, until it can be written again", async (context) => {
  const disk = smallDisk(context, 4);
  const store = await startStore({ workFolder: disk.folder });
  const run = makeRun();
  await store.accept(run);
  disk.setReadOnly(true);
  await expect(store.accept(makeRun())).rejects.toMatchObject({ code: "storage_full", status: 507 });
  expect(store.trouble()).toMatch(/read-only .*EROFS/);
  const finishing = store.finish(ended(run.record), "{}");
  expect((await store.get(run.record.uuid))?.state).toBe("accepted");
  disk.setReadOnly(false);
  expect(await finishing).toBe(true);
  expect(await store.result(run.record.uuid)).toBe("{}");
  await eventually(() => expect(store.trouble()).toBeUndefined());
  expect(namesIn(path.join(store.root, "runs"))).toEqual([`${run.record.uuid}.json`]);
});

it("a work folder that was removed is made again, and goes on", async () => {
  const store = await startStore();
  store.note(ended(makeRecord({ isAsync: false })), "{}");
  await eventually(() => expect(namesIn(path.join(store.root, "history"))).toHaveLength(1));
  rmSync(store.root, { recursive: true });
  await expect(store.accept(makeRun())).rejects.toMatchObject({ code: "storage_full" });
  expect(store.trouble()).toMatch(/was removed .*ENOENT/);
  await eventually(() => expect(store.trouble()).toBeUndefined());
  const run = makeRun();
  await store.accept(run);
  const noted = ended(makeRecord({ isAsync: false }));
  store.note(noted, "{}");
  await store.close();
  const again = await startStore({ workFolder: store.workFolder });
  expect((await again.list({ limit: 9 })).runs.map((each) => each.uuid)).toEqual([noted.uuid, run.record.uuid]);
});

it("a store begins on a disk that cannot be written, and serves when it can", async (context) => {
  const disk = smallDisk(context, 4);
  disk.setReadOnly(true);
  const store = await startStore({ workFolder: disk.folder });
  expect(store.trouble()).toMatch(/EROFS/);
  await expect(store.accept(makeRun())).rejects.toMatchObject({ code: "storage_full" });
  disk.setReadOnly(false);
  await eventually(() => expect(store.trouble()).toBeUndefined());
  const run = makeRun();
  await store.accept(run);
  expect((await store.list({ limit: 5 })).runs).toEqual([run.record]);
});
