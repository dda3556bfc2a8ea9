import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createVitest, type Vitest } from "vitest/node";
import { root } from "../../test/structure/imports.js";
import { LOADING, type Note, type Reached, type TestTask } from "./reached.js";

/** Longest time of a test without a mutant, of a test with one (added to the time of its file), and of one wait within it, ms. */
const TEST_MS = 20_000;
const LEAST_MS = 2000;
const POLL_MS = 2000;
/** Trials in one process. */
const BATCH = 40;
/** Id of the control trial, which has no mutant. */
const CONTROL = "control";
/** Longest time of a trial in addition to that of its tests, ms. */
const SPARE_MS = 15_000;

/** The results of a test file without a mutant. */
export interface Baseline {
  testFile: string;
  isGreen: boolean;
  ms: number;
  /** Number of evaluations of each mutant. */
  counts: Record<string, number>;
  tests: Reached;
}

/** A mutant and a test file that reaches it. */
export interface Trial {
  mutant: string;
  baseline: Baseline;
}

/**
 * Runs test files against modules that contain their mutants. The modules are compiled once, and a process tries many
 * mutants: only the test file itself is loaded anew for each. A mutant that acts while its module is loaded gets a process
 * of its own.
 */
export class Runner {
  private count = 0;
  private readonly notes: string;

  private constructor(
    private readonly vitest: Vitest,
    private readonly scratch: string,
  ) {
    this.notes = path.join(scratch, "notes.jsonl");
  }

  /**
   * @param instrumented texts of modules by absolute path
   * @param scratch folder for messages between the processes
   */
  static async start(instrumented: ReadonlyMap<string, string>, scratch: string): Promise<Runner> {
    mkdirSync(scratch, { recursive: true });
    const vitest = await createVitest(
      "test",
      {
        config: false,
        root,
        watch: false,
        globalSetup: "test/global-setup.ts",
        include: ["test/**/*.test.ts"],
        pool: "forks",
        isolate: false,
        maxWorkers: 1,
        testTimeout: TEST_MS,
        hookTimeout: TEST_MS,
        expect: { poll: { timeout: POLL_MS } },
        dangerouslyIgnoreUnhandledErrors: true,
        reporters: [{}],
      },
      {
        plugins: [{ name: "mutants", enforce: "pre", transform: (_, id) => instrumented.get(id.replace(/\?.*$/, "")) }],
      },
    );
    await vitest.standalone();
    const runner = new Runner(vitest, scratch);
    // The global setup runs once and counts for no test file.
    const first = path.join(scratch, "first.test.ts");
    writeFileSync(first, "");
    await vitest.runTestSpecifications([vitest.getRootProject().createSpecification(first)]);
    return runner;
  }

  /** Runs a test file without a mutant. */
  async baseline(testFile: string, longestMs: number): Promise<Baseline> {
    const from = performance.now();
    const { failed, notes } = await this.run([{ testFile, notes: this.notes }], longestMs);
    const [noted] = notes.flatMap((each) => ("counts" in each ? [each] : []));
    const isGreen = failed.length === 0 && noted !== undefined;
    return { testFile, isGreen, ms: performance.now() - from, counts: noted?.counts ?? {}, tests: noted?.tests ?? {} };
  }

  /** Tries mutants. @returns those that were killed */
  async kill(trials: readonly Trial[]): Promise<Set<string>> {
    const isAlone = ({ mutant, baseline }: Trial): boolean =>
      Object.entries(baseline.tests).every(([name, ids]) => name === LOADING || !ids.includes(mutant));
    const alone = trials.filter(isAlone).map((trial) => [trial]);
    const rest = trials.filter((trial) => !isAlone(trial));
    const killed = new Set<string>();
    for (let batch = rest.splice(0, BATCH); batch.length > 0; batch = rest.splice(0, BATCH)) alone.unshift(batch);
    for (const batch of alone) await this.killBatch(batch, killed);
    return killed;
  }

  async close(): Promise<void> {
    await this.vitest.close();
  }

  private async killBatch(batch: readonly Trial[], killed: Set<string>): Promise<void> {
    const left = batch.filter(({ mutant }) => !killed.has(mutant));
    if (left.length === 0) return;
    const longestMs = left.reduce((sum, { baseline }) => sum + 3 * baseline.ms, SPARE_MS * Math.min(left.length, 8));
    // The last trial has no mutant: it fails when an earlier mutant has left something behind.
    const control = { ...this.taskOf(left.at(-1)!), mutant: CONTROL };
    const isAlone = left.length === 1;
    const all = left.map((trial) => this.taskOf(trial));
    const { failed, notes, isLate } = await this.run(isAlone ? all : [...all, control], longestMs);
    const fallen = failed.map(({ mutant }) => mutant!);
    for (const each of notes) if ("killed" in each) fallen.push(each.killed);
    if (isAlone) {
      if (isLate || fallen.length > 0) killed.add(left[0]!.mutant);
    } else if (isLate || fallen.includes(CONTROL)) {
      // A mutant may hang where the time limit of no test applies.
      const half = Math.ceil(left.length / 2);
      for (const part of [left.slice(0, half), left.slice(half)]) await this.killBatch(part, killed);
    } else {
      for (const mutant of fallen) killed.add(mutant);
    }
  }

  private taskOf({ mutant, baseline: { testFile, counts, tests, ms } }: Trial): TestTask {
    const reaching = Object.keys(tests).filter((name) => tests[name]!.includes(mutant));
    const isAround = reaching.some((name) => name === "" || name === LOADING);
    const limit = 100_000 + 100 * counts[mutant]!;
    const testMs = LEAST_MS + ms;
    return { testFile, mutant, limit, testMs, notes: this.notes, tests: isAround ? undefined : reaching };
  }

  private async run(
    all: readonly TestTask[],
    longestMs: number,
  ): Promise<{ failed: TestTask[]; notes: Note[]; isLate: boolean }> {
    writeFileSync(this.notes, "");
    const byFile = new Map(all.map((testTask) => [this.fileFor(testTask), testTask]));
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      // The first signal asks the process to stop, the second ends it.
      for (let time = 0; time < 2; time++) void this.vitest.cancelCurrentRun("keyboard-input");
    }, longestMs);
    const project = this.vitest.getRootProject();
    const { testModules } = await this.vitest.runTestSpecifications(
      [...byFile.keys()].map((file) => project.createSpecification(file)),
    );
    clearTimeout(timer);
    // The exit code of failing tests is of no interest here.
    process.exitCode = 0;
    const green = new Set(testModules.filter((module) => module.ok()).map(({ moduleId }) => moduleId));
    const failed = [...byFile].filter(([file]) => !green.has(file)).map(([, testTask]) => testTask);
    const lines = readFileSync(this.notes, "utf8").split("\n").slice(0, -1);
    return { failed, notes: lines.map((line) => JSON.parse(line) as Note), isLate };
  }

  /** Writes a test file that runs the given one as a fresh module. */
  private fileFor(testTask: TestTask): string {
    const number = String(++this.count).padStart(6, "0");
    const file = path.join(this.scratch, `${number}.test.ts`);
    const harness = path.join(root, "tools/mutation/in-tests.ts");
    const tested = `${path.join(root, testTask.testFile)}?${number}`;
    appendFileSync(
      file,
      `import { tryFile } from ${JSON.stringify(harness)};
await tryFile(${JSON.stringify(testTask)}, () => import(${JSON.stringify(tested)}));
`,
    );
    return file;
  }
}
