import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeProcess } from "../runs/node-process.js";
import { until, workFolder } from "../runs/work-folder.js";

/** Other file types for the path of a run's file; each replaces the file. */
const STRANGERS: Record<string, (file: string) => void> = {
  "a folder": (file) => mkdirSync(file),
  "a folder with something in it": (file) => {
    mkdirSync(file);
    writeFileSync(join(file, "a"), "");
  },
  "a FIFO": (file) => void execFileSync("mkfifo", [file]),
  "a link to itself": (file) => symlinkSync(file, file),
  "a link that leads nowhere": (file) => symlinkSync("/nowhere/at/all", file),
  "a link to a device": (file) => symlinkSync("/dev/zero", file),
  "a link to a folder": (file) => symlinkSync("/", file),
};

test.each(Object.entries(STRANGERS))(
  "files of runs that become %s: the node answers, and goes on",
  async (what, put) => {
    const work = workFolder();
    const node = await nodeProcess(work, ["WORKERS=2", "FORK=false", "INIT=false"]);
    await node.start();
    const go = join(work, "go");
    const job = (exec: string): object => ({
      ojob: { rojob: {}, jobs: [{ name: "A", exec }], todo: ["A"] },
      async: true,
    });
    const submit = async (exec: string): Promise<string> => (await node.ask("POST", "/v1/runs", job(exec))).json.uuid;
    // Of a FIFO nothing would ever come: `node.ask` gives up.
    const ask = async (path: string): Promise<number> => (await node.ask("GET", path)).status;
    const replace = (file: string): void => {
      rmSync(file, { recursive: true, force: true });
      put(file);
    };
    const state = async (uuid: string): Promise<string> => (await node.ask("GET", `/v1/runs/${uuid}`)).json.state;

    // The log of one that runs, before and after it has printed.
    const prints = `while (!io.fileExists(${JSON.stringify(go)})) sleep(20, true); print("after")`;
    const silent = await submit(prints);
    const talks = await submit(`print("before"); ${prints}`);
    await until(async () => (await state(talks)) === "running" && (await state(silent)) === "running", "both to run");
    const logOf = (uuid: string): string => join(work, ".rojob", "logs", `${uuid}.log`);
    await until(async () => existsSync(logOf(talks)), "its log");
    replace(logOf(talks));
    put(logOf(silent));
    for (const uuid of [talks, silent]) expect(await ask(`/v1/runs/${uuid}/log`), what).toBe(200);
    writeFileSync(go, "");
    await until(async () => (await state(talks)) === "done" && (await state(silent)) === "done", "both to end");
    for (const uuid of [talks, silent]) expect(await ask(`/v1/runs/${uuid}/log`), what).toBe(200);
    // The other file was moved out of the way of the output.
    expect((await node.ask("GET", `/v1/runs/${silent}/log`)).text).toContain("after");

    // The result, then the record of one that has ended.
    const ended = await submit("__pm.x = 1");
    await until(async () => (await state(ended)) === "done", "it to end");
    replace(join(work, ".rojob", `${ended}.result`));
    expect([200, 404, 410], what).toContain(await ask(`/v1/runs/${ended}/result`));
    replace(join(work, ".rojob", "runs", `${ended}.json`));
    expect([200, 404], what).toContain(await ask(`/v1/runs/${ended}`));
    expect(await ask("/v1/runs?limit=10"), what).toBe(200);
    const next = await submit("__pm.x = 1");
    await until(async () => (await state(next)) === "done", "the next one to end");
    expect(await ask("/healthz")).toBe(200);
  },
);
