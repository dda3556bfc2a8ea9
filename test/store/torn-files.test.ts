import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { ended, makeRun, namesIn, runOne, startStore } from "./store-helper.js";

it("files that are torn or not ours are reported once and set aside, the others are served", async () => {
  const first = await startStore();
  const good = await runOne(first);
  const torn = await runOne(first);
  const short = await runOne(first, {}, '{"long":"result"}');
  const waiting = makeRun();
  await first.accept(waiting);
  await first.change({ ...waiting.record, state: "running" }, true);
  await first.close();

  const { root, workFolder } = first;
  const runs = path.join(root, "runs");
  truncateSync(path.join(runs, `${torn.uuid}.json`), 40);
  truncateSync(path.join(root, `${short.uuid}.result`), 5);
  truncateSync(path.join(runs, `${waiting.record.uuid}.json`), 0);
  writeFileSync(path.join(root, "foreign.rojob"), "todo: [A]\n");
  writeFileSync(path.join(root, "other-name.rojob"), JSON.stringify(makeRun()));
  writeFileSync(path.join(runs, "bad.json"), '{"uuid":"bad","state":"dancing"}');
  mkdirSync(path.join(runs, "folder.json"));
  const untouched = ["apikey", "init.yaml", "init.json", "roJob_127.0.0.1_8787.pid", "h-1-n.unique"];
  for (const name of untouched) writeFileSync(path.join(root, name), "not ours");

  const store = await startStore({ workFolder });
  const [a, b] = [await store.list({ limit: 50 }), await store.list({ limit: 50 })];
  expect(a).toEqual(b);
  // The running one may not be run again: nobody knows how far it came.
  expect(a.runs.map((run) => [run.uuid, run.state])).toEqual([
    [torn.uuid, "interrupted"],
    [waiting.record.uuid, "running"],
    [short.uuid, "done"],
    [good.uuid, "done"],
  ]);
  const damaged = expect.stringMatching(/its file .*\.json is damaged \(.*JSON/);
  expect(await store.get(torn.uuid)).toMatchObject({ state: "interrupted", errors: [{ error: [damaged] }] });
  await expect(store.result(short.uuid)).rejects.toMatchObject({ code: "result_not_kept" });
  expect(await store.unfinished()).toMatchObject([{ record: { state: "running" }, damage: damaged }]);

  const aside = ["bad.json", "folder.json", "foreign.rojob", "other-name.rojob"];
  aside.push(`${short.uuid}.result`, `${torn.uuid}.json`, `${waiting.record.uuid}.json`);
  const told = store.events.map((event) => path.basename(event.file as string));
  expect(told.sort()).toEqual(aside.sort());
  expect(store.events.every((event) => /damaged/.test(event.msg) && event.reason !== undefined)).toBe(true);
  expect(namesIn(path.join(root, "aside"))).toHaveLength(6);
  for (const name of untouched) expect(readFileSync(path.join(root, name), "utf8")).toBe("not ours");
});

it("a run whose file is damaged is known, and can be accepted and ended again", async () => {
  const store = await startStore();
  const run = makeRun();
  writeFileSync(path.join(store.root, `${run.record.uuid}.rojob`), "{");
  expect(await store.get(run.record.uuid)).toMatchObject({ state: "accepted", node: run.record.node });
  await store.accept(run);
  await store.finish(ended(run.record), "[]");
  expect(await store.result(run.record.uuid)).toBe("[]");
});
