import { expect, it } from "vitest";
import { makeRun, plantRuns, startStore, temporaryFolder } from "./store-helper.js";

const COUNT = 20_000;

it("20,000 stored runs are listed, filtered and paged, and new ones are accepted meanwhile", async () => {
  const workFolder = temporaryFolder();
  const begin = 1_500_000_000_000;
  const runs = Array.from({ length: COUNT }, (_, n) => {
    return { acceptedAt: begin + n, uuid: `h-1-${n}`, name: n % 100 === 0 ? "rare" : "frequent" };
  });
  plantRuns(workFolder, runs);
  const store = await startStore({ workFolder, keepRuns: COUNT });
  // Before it has read them all: nothing waits for that but a list.
  const run = makeRun();
  await store.accept(run);
  expect(await store.result("h-1-7")).toBe("{}");

  const page = await store.list({ limit: 50 });
  expect(page.runs.map((each) => each.uuid)).toEqual([
    run.record.uuid,
    ...Array.from({ length: 49 }, (_, n) => `h-1-${COUNT - 1 - n}`),
  ]);
  expect(store.counts()).toEqual({ done: COUNT });
  const rare = await store.list({ limit: 500, name: "rare", state: ["done"] });
  expect(rare.runs).toHaveLength(COUNT / 100);
  expect(await store.list({ limit: 5, name: "nobody" })).toEqual({ runs: [] });
  const part = await store.list({ limit: 500, since: begin + 300, until: begin + 310 });
  expect(part.runs.map((each) => each.acceptedAt - begin)).toEqual([309, 308, 307, 306, 305, 304, 303, 302, 301, 300]);
  let count = 0;
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const next = await store.list({ limit: 500, cursor });
    count += next.runs.length;
    cursor = next.next;
  }
  expect(count).toBe(COUNT + 1);
});
