/**
 * Runs recorded oJobs and compares what they did with what the reference engine did.
 *
 *     npm run conformance -- [--cases DIR] [--filter TEXT] [--json]
 *
 * Each `NAME.yaml` with a `NAME.expected.json` beside it runs in a scratch copy of its folder. See cases/README.md.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import yaml from "js-yaml";
import { type Case, findCases } from "./cases.js";
import { firstDifference } from "./compare.js";
import { CaseRunner } from "./runner.js";

/** Verdict of one case. */
export interface Verdict {
  name: string;
  kind: "plain" | "quirk" | "differs";
  state: "passed" | "failed" | "skipped";
  /** First difference of a failed case, reason of a skipped or differing one. */
  why?: string;
}

const here = path.dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: { cases: { type: "string" }, filter: { type: "string" }, json: { type: "boolean" } },
});
const root = path.resolve(values.cases ?? path.join(here, "cases"));
const differs = readDiffers();
const cases = findCases(root).filter((one) => values.filter === undefined || one.name.includes(values.filter));
if (cases.length === 0) {
  console.error(`no case found in ${root}${values.filter ? ` with "${values.filter}" in its name` : ""}`);
  process.exit(2);
}

const verdicts: Verdict[] = new Array(cases.length);
let next = 0;
await Promise.all(
  [0, 1].map(async () => {
    const runner = new CaseRunner();
    for (let index = next++; index < cases.length; index = next++) verdicts[index] = await judge(cases[index]!, runner);
    runner.close();
  }),
);
report();

async function judge(one: Case, runner: CaseRunner): Promise<Verdict> {
  const reason = differs.get(`${one.folder}/${one.name}`) ?? differs.get(one.name);
  const kind = reason !== undefined ? "differs" : one.isQuirk ? "quirk" : "plain";
  const name = one.folder === "" ? one.name : `${one.folder}/${one.name}`;
  if (one.missingTool !== undefined)
    return { name, kind, state: "skipped", why: `${one.missingTool} is not installed` };
  const difference = firstDifference(one.expected, await runner.run(one));
  if (difference === undefined) return { name, kind, state: "passed", why: reason };
  return { name, kind, state: "failed", why: reason ?? difference };
}

function readDiffers(): Map<string, string> {
  const file = path.join(here, "differs.yaml");
  if (!existsSync(file)) return new Map();
  const entries = (yaml.load(readFileSync(file, "utf8")) ?? []) as { case: string; reason: string }[];
  return new Map(entries.map((entry) => [entry.case, entry.reason]));
}

function report(): void {
  const count = (kind: Verdict["kind"], state: Verdict["state"], folder?: string): number =>
    verdicts.filter(
      (one) => one.kind === kind && one.state === state && (folder === undefined || path.dirname(one.name) === folder),
    ).length;
  const failed = verdicts.filter((one) => one.kind === "plain" && one.state === "failed").length;
  process.exitCode = failed === 0 ? 0 : 1;
  if (values.json) {
    console.log(JSON.stringify(verdicts, undefined, 2));
    return;
  }
  for (const one of verdicts) {
    if (one.state === "skipped") console.log(`skipped ${one.name}: ${one.why}`);
    else if (one.kind === "differs") console.log(`differs ${one.name}: ${one.why?.trim()}`);
    else if (one.state === "failed")
      console.log(`FAILED ${one.kind === "quirk" ? "(quirk) " : ""}${one.name}\n  ${one.why}`);
  }
  console.log("");
  for (const folder of [...new Set(verdicts.map((one) => path.dirname(one.name)))]) {
    const plain = count("plain", "passed", folder);
    const quirk = count("quirk", "passed", folder);
    console.log(
      `${folder}: ${plain} of ${plain + count("plain", "failed", folder)}, reference quirks ${quirk} of ${quirk + count("quirk", "failed", folder)}, ` +
        `meant to differ ${count("differs", "passed", folder) + count("differs", "failed", folder)}`,
    );
  }
  console.log(`${count("plain", "passed")} passed, ${failed} failed`);
}
