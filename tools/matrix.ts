/**
 * Runs tests on several versions of Node and prints the outcomes in a table.
 *
 *     npm run matrix -- [--nodes 20.18,22,24,26,this] [--parts suite,conformance,leaks,hot,package]
 *     tsx tools/matrix.ts --ci [--after LOG]
 *
 * `--ci`: the part of `.ci/run` besides `npm test`. `--after` counts the summary lines of that file, too. The last line
 * is the total, `N passed, N failed, N skipped`; with failures the exit code is 1.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { TESTED_NODES } from "../service/cli/node-version.js";
import { add, type Counts, countsOf, describe, failuresOf, runPart } from "./matrix-part.js";
import { figuresTable, outcomeTable, type Row } from "./matrix-tables.js";
import { installNode, type NodeLine, thisNode } from "./node-lines.js";

/** Commands of the parts, as arguments of node; PACKAGE stands for the packed program. */
const PARTS = {
  suite: ["node_modules/vitest/vitest.mjs", "run"],
  differing: [
    "node_modules/vitest/vitest.mjs",
    "run",
    ...["workers", "http", "cli", "node-versions"].map((name) => `test/${name}/`),
  ],
  conformance: ["node_modules/tsx/dist/cli.mjs", "test/conformance/main.ts"],
  leaks: ["node_modules/vitest/vitest.mjs", "run", "test/workers/leaks.test.ts"],
  hot: ["node_modules/tsx/dist/cli.mjs", "bench/main.ts", "--only", "hot", "--json"],
  quick: ["node_modules/tsx/dist/cli.mjs", "bench/main.ts", "--only", "hot", "--quick", "--json"],
  package: ["node_modules/tsx/dist/cli.mjs", "tools/try-package.ts", "PACKAGE"],
} satisfies Record<string, string[]>;
type Part = keyof typeof PARTS;
interface Planned {
  node: NodeLine;
  part: Part;
}
/** Parts that keep all processors busy. */
const USES_ALL = new Set<Part>(["suite", "differing"]);
/** Other parts at a time. */
const LANES = availableParallelism();

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
/** The oldest version itself, and the newest of each later line. */
const lines = TESTED_NODES.map(({ major, minor }) => (major === 20 ? `20.${minor}` : String(major)));
const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: lines.join(",") },
    parts: { type: "string", default: "suite,conformance,leaks,hot,package" },
    ci: { type: "boolean" },
    after: { type: "string" },
  },
});

const scratch = mkdtempSync(path.join(tmpdir(), "rojob-matrix-"));
try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main(): Promise<boolean> {
  const plan = values.ci ? planOfCi() : plannedParts();
  console.log(`matrix: ${plan.map(({ node, part }) => `${part} on ${node.version}`).join(", ")}`);
  if (!values.ci) execFileSync("npm", ["run", "build"], { cwd: root, stdio: "inherit" });
  const tarball = plan.some(({ part }) => part === "package") ? pack() : "";
  const { rows, seconds } = await runAll(plan, tarball);
  const before = values.after === undefined ? "" : readFileSync(values.after, "utf8");
  const earlier: Counts = countsOf(before);
  const total = rows.reduce((sum, { counts }) => add(sum, counts), earlier);
  console.log(`\n${outcomeTable(rows)}\n`);
  if (rows.some(({ figures }) => figures !== undefined)) console.log(`${figuresTable(rows)}\n`);
  for (const line of failuresOf(before)) console.log(`before: ${line}`);
  for (const { node, part, failures } of rows)
    for (const line of failures) console.log(`${part} on ${node.version}: ${line}`);
  console.log(`${Math.round(seconds)} s`);
  console.log(describe(total));
  return total.failed === 0;
}

/**
 * Runs the parts in their order: one that uses all processors alone, the others beside each other in CI, where no part measures
 * times. What a part prints appears as it comes while the part is alone, else when it has ended.
 */
async function runAll(plan: Planned[], tarball: string): Promise<{ rows: Row[]; seconds: number }> {
  const fromMs = performance.now();
  const rows: (Row | undefined)[] = plan.map(() => undefined);
  const run = async (at: number, isAlone: boolean): Promise<void> => {
    const { node, part } = plan[at]!;
    const head = `\n== ${part} on Node ${node.version}\n`;
    let output = head;
    if (isAlone) process.stdout.write(head);
    const argv = PARTS[part].map((word) => (word === "PACKAGE" ? tarball : word));
    const passOn = isAlone ? undefined : (text: string): void => void (output += text);
    rows[at] = { node, part, ...(await runPart(node, argv, root, passOn)) };
    if (!isAlone) process.stdout.write(output);
  };
  const isBeside = ({ part }: Planned): boolean => values.ci === true && !USES_ALL.has(part);
  for (const at of plan.keys()) if (!isBeside(plan[at]!)) await run(at, true);
  const beside = [...plan.keys()].filter((at) => isBeside(plan[at]!));
  const lane = async (): Promise<void> => {
    for (let at = beside.shift(); at !== undefined; at = beside.shift()) await run(at, false);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { rows: rows as Row[], seconds: (performance.now() - fromMs) / 1000 };
}

/**
 * On 24 everything, on the other lines the parts that depend on the version. `npm test` has covered the line of this
 * machine's Node: another version of that line gets the recorded oJobs, the counts of the bench and the package.
 */
function planOfCi(): Planned[] {
  const here = thisNode();
  const others = lines.map(installNode);
  const isHere = ({ version }: NodeLine): boolean => version.split(".")[0] === here.version.split(".")[0];
  const tests = (node: NodeLine): Part[] => (isHere(node) ? [] : [node.name === "24" ? "suite" : "differing"]);
  const plan: Planned[] = [];
  const put = (node: NodeLine, ...parts: Part[]): void => void plan.push(...parts.map((part) => ({ node, part })));
  if (!others.some(isHere)) put(here, "quick", "package");
  for (const node of others) put(node, ...tests(node), "conformance", "quick", "package");
  return plan;
}

function plannedParts(): Planned[] {
  const parts = values.parts.split(",").map((name) => {
    if (!Object.hasOwn(PARTS, name)) throw new Error(`--parts: ${name} is none of ${Object.keys(PARTS).join(", ")}`);
    return name as Part;
  });
  const nodes = values.nodes.split(",").map((name) => (name === "this" ? thisNode() : installNode(name)));
  return nodes.flatMap((node) => parts.map((part) => ({ node, part })));
}

/** The package as it would be published, of the compiled program. */
function pack(): string {
  const command = ["pack", "--ignore-scripts", "--json", "--pack-destination", scratch];
  const [packed] = JSON.parse(execFileSync("npm", command, { cwd: root, encoding: "utf8" })) as { filename: string }[];
  return path.join(scratch, packed!.filename);
}
