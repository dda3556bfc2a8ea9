import { expect, it } from "vitest";
import type { RunRecord } from "../../service/model/record.js";
import { type List, listAll } from "../../service/runs/list-all.js";
import { queuedRun } from "../queue/queued-runs.js";

/** A list as a broker may have it: its cursor is a number, runs of the same ms are in the order they came. */
function listOf(runs: RunRecord[]): List {
  const sorted = [...runs].sort((a, b) => b.acceptedAt - a.acceptedAt);
  return async ({ limit, cursor = "0", until = Number.POSITIVE_INFINITY, since = 0 }) => {
    const fitting = sorted.filter(({ acceptedAt }) => acceptedAt < until && acceptedAt >= since);
    const from = Number(cursor);
    const page = fitting.slice(from, from + limit);
    return from + limit < fitting.length ? { runs: page, next: String(from + limit) } : { runs: page };
  };
}

const runsAt = (...times: number[]) => times.map((acceptedAt) => queuedRun({ acceptedAt }).record);

async function pages(lists: List[], limit: number, filter: object = {}): Promise<RunRecord[][]> {
  const found: RunRecord[][] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const page = await listAll({ limit, cursor, ...filter }, lists);
    found.push(page.runs);
    cursor = page.next;
  }
  return found;
}

it("runs of several lists are shown in one order, each once, whatever the size of the pages", async () => {
  const first = runsAt(1, 5, 5, 5, 8, 9, 30, 30);
  const second = runsAt(2, 5, 5, 9, 10, 20);
  const lists = [listOf(first), listOf(second)];
  const expected = [...first, ...second].sort((a, b) => b.acceptedAt - a.acceptedAt || (a.uuid < b.uuid ? 1 : -1));
  for (const limit of [1, 2, 3, 5, 13, 14, 100]) {
    const found = await pages(lists, limit);
    expect(found.flat().map(({ uuid }) => uuid)).toEqual(expected.map(({ uuid }) => uuid));
    for (const page of found.slice(0, -1)) expect(page).toHaveLength(limit);
  }
});

it("filters of the lists hold, and a cursor that is none is refused", async () => {
  const lists = [listOf(runsAt(1, 2, 3)), listOf(runsAt(2, 4))];
  expect((await pages(lists, 1, { since: 2, until: 4 })).flat().map(({ acceptedAt }) => acceptedAt)).toEqual([3, 2, 2]);
  await expect(listAll({ limit: 1, cursor: "x" }, lists)).rejects.toMatchObject({ code: "bad_parameter" });
});
