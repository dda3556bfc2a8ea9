import { spawn } from "node:child_process";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { childProgram } from "../child-program.js";
import { eventually, namesIn, startStore, temporaryFolder } from "./store-helper.js";

/** Runs a writing process and kills it when it has printed so many lines. @returns all lines it had printed */
async function writeAndKill(folder: string, first: number, lines: number): Promise<string[]> {
  const script = await childProgram(path.join(import.meta.dirname, "killed-node.ts"));
  const child = spawn(process.execPath, [script, folder, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    if (printed.split("\n").length > lines) child.kill("SIGKILL");
  });
  await ended;
  return printed.split("\n").slice(0, -1);
}

it("what was accepted or ended before a kill -9 is there, nothing torn is served, and leftovers go", async () => {
  const folder = temporaryFolder();
  const printed: string[] = [];
  for (let life = 0; life < 4; life++) {
    printed.push(...(await writeAndKill(folder, 1_700_000_000_000 + life * 1_000_000, 20 + life * 61)));
  }
  const uuids = (word: string): Set<string> =>
    new Set(printed.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length + 1)));
  const [accepted, done] = [uuids("accepted"), uuids("ended")];
  expect(done.size).toBeGreaterThan(8);

  const store = await startStore({ workFolder: folder });
  const unfinished = new Map((await store.unfinished()).map((run) => [run.record.uuid, run]));
  for (const uuid of accepted) {
    const record = await store.get(uuid);
    expect(record?.uuid).toBe(uuid);
    if (done.has(uuid)) expect(record!.state).toBe("done");
    expect(unfinished.has(uuid)).toBe(record!.state !== "done");
    const result = await store.result(uuid);
    if (record!.state === "done") expect(JSON.parse(String(result)).uuid).toBe(uuid);
    else expect(result).toBeUndefined();
  }
  for (const run of unfinished.values()) expect(run.text).toContain("jobs:");
  expect((await store.list({ limit: 500 })).runs.length).toBeGreaterThanOrEqual(Math.min(500, accepted.size));
  expect(store.events).toEqual([]);
  expect(namesIn(path.join(store.root, "aside"))).toEqual([]);
  const log = await store.readLog([...done][0]!, undefined);
  expect(log).toMatchObject({ text: `output of ${[...done][0]}\n`, isEnd: true });
  await store.close();

  // A file that was being written at the crash is removed an hour later.
  const temps = (): string[] =>
    [store.root, path.join(store.root, "runs")].flatMap((each) =>
      readdirSync(each)
        .filter((name) => name.endsWith(".tmp"))
        .map((name) => path.join(each, name)),
    );
  writeFileSync(path.join(store.root, "runs", ".one-more.json.0-1.tmp"), "{");
  const before = temps();
  for (const file of before) utimesSync(file, new Date(0), new Date(0));
  await startStore({ workFolder: folder });
  await eventually(() => expect(temps()).toEqual([]));
  for (const uuid of done) expect(readFileSync(path.join(store.root, `${uuid}.result`), "utf8")).toContain(uuid);
});
