import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nodeProcess } from "../runs/node-process.js";
import { until, workFolder } from "../runs/work-folder.js";

const WORKERS = 3;
const OPTIONS = [`WORKERS=${WORKERS}`, "FORK=false", "INIT=false"];

/** Ways a file may be damaged. */
const DAMAGES: Record<string, (file: string) => void> = {
  "is empty": (file) => truncateSync(file, 0),
  "is cut off": (file) => truncateSync(file, 60),
  "is filled with zeros": (file) => writeFileSync(file, Buffer.alloc(500)),
  "is another text": (file) => writeFileSync(file, "todo: [A]\n"),
  "holds null": (file) => writeFileSync(file, "null"),
  "is of another run": (file) =>
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/-\d{15,}"/g, '-123456789012345"')),
  "has an unknown state": (file) =>
    writeFileSync(file, readFileSync(file, "utf8").replace(/"state":"\w+"/, '"state":"gone"')),
};

it("an accepted run whose file was damaged ends as interrupted and says why, and the others go on", {
  timeout: 300_000,
}, async () => {
  const work = workFolder();
  const node = await nodeProcess(work, OPTIONS);
  await node.start();
  const go = join(work, "go");
  const exec = `while (!io.fileExists(${JSON.stringify(go)})) sleep(50, true); __pm.x = 1`;
  const submit = async (rojob: object): Promise<string> => {
    const ojob = { rojob, jobs: [{ name: "A", exec }], todo: ["A"] };
    return (await node.ask("POST", "/v1/runs", { ojob, async: true })).json.uuid;
  };
  const state = async (uuid: string): Promise<string> => (await node.ask("GET", `/v1/runs/${uuid}`)).json.state;
  const isSo = (uuid: string, wanted: string, what: string): Promise<void> =>
    until(async () => (await state(uuid)) === wanted, `${what} to be ${wanted}`, 60_000);

  const damages = Object.entries(DAMAGES);
  const running: string[] = [];
  for (let count = 0; count < WORKERS; count++) running.push(await submit({ retries: 5 }));
  for (const uuid of running) await isSo(uuid, "running", "a run");
  const waiting: string[] = [];
  for (let count = 0; count < damages.length; count++) waiting.push(await submit({}));
  const whole = await submit({});
  await node.kill();
  const damaged: [uuid: string, file: string, what: string][] = [];
  for (const [at, [what, damage]] of damages.entries()) {
    const [one, other] = [running[at], waiting[at]!];
    damage(join(work, ".rojob", `${other}.rojob`));
    damaged.push([other, `${other}.rojob`, what]);
    if (one === undefined) continue;
    damage(join(work, ".rojob", "runs", `${one}.json`));
    damaged.push([one, `${one}.json`, what]);
  }

  await node.start();
  for (const [uuid, file, what] of damaged) {
    await isSo(uuid, "interrupted", `${file} that ${what}`);
    const { json } = await node.ask("GET", `/v1/runs/${uuid}`);
    expect(json.errors[0].error[0], what).toContain(`its file ${file} is damaged`);
    expect((await node.ask("GET", `/v1/runs/${uuid}/result`)).status, what).not.toBe(404);
    expect(existsSync(join(work, ".rojob", `${uuid}.rojob`))).toBe(false);
  }
  writeFileSync(go, "");
  await isSo(whole, "done", "the run that nobody has damaged");

  // An ended one whose record is damaged later keeps an end, too.
  await node.kill();
  truncateSync(join(work, ".rojob", "runs", `${whole}.json`), 60);
  await node.start();
  const { status, json } = await node.ask("GET", `/v1/runs/${whole}`);
  expect([status, json.state]).toEqual([200, "interrupted"]);
  expect(json.errors[0].error[0]).toContain(`its file ${whole}.json is damaged`);
  expect((await node.ask("GET", "/v1/runs?limit=50")).json.runs).toHaveLength(damaged.length + 1);
});
