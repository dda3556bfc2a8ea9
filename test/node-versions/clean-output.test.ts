import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rojob, scratchFolder, startProgram } from "../cli/program.js";

let folder: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  folder = scratchFolder();
});
afterEach(() => folder.remove());

/** Steps that start processes, threads, servers and archives, and nothing that writes. */
const QUIET = {
  jobs: [
    { name: "Shell", lang: "shell", exec: "true" },
    { name: "Python", lang: "python", exec: "import os" },
    { name: "Node", lang: "node", exec: "const seen = typeof fetch" },
    {
      name: "Scope",
      exec: `
        io.writeFileString("a.txt", "text");
        io.readFileString("a.txt");
        $sh("true").exec();
        sleep(1, true);
        compress("text");
        sha256("text");
        af.fromYAML("a: 1");
        $rest().get("http://127.0.0.1:1/");
        $doWait($do(() => 1));
        __pm.isDone = true`,
    },
  ],
  todo: ["Shell", "Python", "Node", "Scope"],
};

test("nothing but its result comes out of a job run locally, and nothing of Node's own warnings", async () => {
  writeFileSync(path.join(folder.path, "quiet.yaml"), JSON.stringify(QUIET));
  const ended = await rojob(["exec", "quiet.yaml", "--local"], { cwd: folder.path });
  expect(ended.stderr).toBe("");
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({ isDone: true });
});

test("nor out of one that a node runs, or out of the node", async () => {
  writeFileSync(path.join(folder.path, "quiet.yaml"), JSON.stringify(QUIET));
  const node = startProgram(["start", "PORT=0", "PRIVATE=true", "WORKERS=1", "LOGLEVEL=warn"], { cwd: folder.path });
  const [, url] = /READY (\S+)/.exec(await node.says("stdout", /READY .*\n/))!;
  const { stdout, code, stderr } = await rojob(["exec", "quiet.yaml", "--url", url!], { cwd: folder.path });
  node.child.kill("SIGTERM");
  const ended = await node.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ isDone: true });
  const lines = ended.stderr.split("\n").filter((line) => !/^$| PRIVATE is true: /.test(line));
  expect(lines).toEqual([]);
});
