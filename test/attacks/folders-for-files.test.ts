import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type NodeProcess, nodeProcess } from "../runs/node-process.js";
import { until, workFolder } from "../runs/work-folder.js";

/** A folder where the work folder has a file of a run: told clearly, and never a 500. */

const OPTIONS = ["WORKERS=1", "FORK=false", "INIT=false"];
/** More than what is kept beside the record. */
const LARGE = "print('printed'); __pm.x = new Array(200000).join('x')";

interface Scene {
  node: NodeProcess;
  work: string;
  submit(exec: string): Promise<string>;
  untilState(uuid: string, wanted: string): Promise<void>;
}

async function scene(): Promise<Scene> {
  const work = workFolder();
  const node = await nodeProcess(work, OPTIONS);
  await node.start();
  return {
    node,
    work,
    async submit(exec) {
      const ojob = { jobs: [{ name: "A", exec }], todo: ["A"] };
      return (await node.ask("POST", "/v1/runs", { ojob, async: true })).json.uuid;
    },
    untilState: (uuid, wanted) =>
      until(async () => (await node.ask("GET", `/v1/runs/${uuid}`)).json.state === wanted, `${uuid} to be ${wanted}`),
  };
}

/** A folder with something in it takes the place of whatever is there. */
function becomeFolder(file: string): void {
  rmSync(file, { recursive: true, force: true });
  mkdirSync(file, { recursive: true });
  writeFileSync(join(file, "something"), "");
}

/** Whatever is asked of the run: no route fails, and the node goes on to take runs. That a run was lost is an answer. */
async function expectNoFailure({ node }: Scene, uuid: string): Promise<void> {
  for (const path of [`/v1/runs/${uuid}`, `/v1/runs/${uuid}/result`, `/v1/runs/${uuid}/log`, "/v1/runs"]) {
    const { status, json, text } = await node.ask("GET", path);
    if (json?.code !== "run_crashed") expect(status, `${path}: ${text}`).toBeLessThan(500);
  }
  expect((await node.ask("GET", "/readyz")).status).toBe(200);
}

describe("a folder in the place of", () => {
  test.each(["at once", "after a restart"])(
    "the result and the log of an ended run: both are told as lost, %s",
    async (when) => {
      const it = await scene();
      const { node, work } = it;
      const uuid = await it.submit(LARGE);
      await it.untilState(uuid, "done");
      for (const file of [`${uuid}.result`, join("logs", `${uuid}.log`)]) {
        expect(existsSync(join(work, ".rojob", file)), file).toBe(true);
        becomeFolder(join(work, ".rojob", file));
      }
      if (when === "after a restart") {
        await node.kill();
        await node.start();
      }
      await expectNoFailure(it, uuid);
      const result = await node.ask("GET", `/v1/runs/${uuid}/result`);
      expect(result.json).toMatchObject({ code: "result_not_kept" });
      expect((await node.ask("GET", `/v1/runs/${uuid}`)).json.state).toBe("done");
      // The content of the folder is kept, and removing the run removes the rest of it.
      expect(readdirSync(join(work, ".rojob", "aside")).some((name) => name.startsWith(`${uuid}.result`))).toBe(true);
      expect((await node.ask("DELETE", `/v1/runs/${uuid}`)).status).toBeLessThan(500);
    },
  );

  test("the result and the log of a run that has not ended: it ends all the same", async () => {
    const it = await scene();
    const { work } = it;
    const go = join(work, "go");
    const gate = `while (!io.fileExists(${JSON.stringify(go)})) sleep(20, true);`;
    const first = await it.submit(`print("begun"); ${gate} ${LARGE}`);
    await it.untilState(first, "running");
    const second = await it.submit(LARGE);
    for (const uuid of [first, second]) {
      becomeFolder(join(work, ".rojob", `${uuid}.result`));
      becomeFolder(join(work, ".rojob", "logs", `${uuid}.log`));
    }
    writeFileSync(go, "");
    for (const uuid of [first, second]) {
      await it.untilState(uuid, "done");
      await expectNoFailure(it, uuid);
    }
    await it.untilState(await it.submit("__pm.x = 1"), "done");
  });

  test.each(["accepted", "running"])(
    "the file or the record of a run that was %s when its node died: it is interrupted, with the reason",
    async (state) => {
      const it = await scene();
      const { node, work } = it;
      const blocker = await it.submit("sleep(300000, true)");
      await it.untilState(blocker, "running");
      const uuid = state === "running" ? blocker : await it.submit("__pm.x = 1");
      await node.kill();
      const file = state === "running" ? join("runs", `${uuid}.json`) : `${uuid}.rojob`;
      expect(existsSync(join(work, ".rojob", file)), file).toBe(true);
      becomeFolder(join(work, ".rojob", file));
      await node.start();
      await it.untilState(uuid, "interrupted");
      const { json } = await node.ask("GET", `/v1/runs/${uuid}`);
      expect(JSON.stringify(json.errors)).toContain("damaged");
      await expectNoFailure(it, uuid);
      await it.untilState(await it.submit("__pm.x = 1"), "done");
    },
  );
});
