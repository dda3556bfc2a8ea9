import { appendFileSync } from "node:fs";
import { afterAll, afterEach, beforeEach, onTestFailed, type TestContext, test, vi } from "vitest";
import { LOADING, type Note, type TestTask } from "./reached.js";

let testTask: TestTask = { testFile: "", notes: "" };
let evaluations = 0;
const counts = new Map<string, number>();
let reached = new Map<string, Set<string>>();
let current = new Set<string>();
const killed = new Set<string>();

Object.assign(globalThis, {
  mutant(id: string): boolean {
    if (testTask.mutant === undefined) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      current.add(id);
      return false;
    }
    if (id !== testTask.mutant) return false;
    // The code of the loop might catch an error.
    if (++evaluations > (testTask.limit ?? Number.POSITIVE_INFINITY)) process.kill(process.pid, "SIGKILL");
    return true;
  },
});

for (const event of ["unhandledRejection", "uncaughtException"] as const) process.on(event, kill);

/**
 * Loads a test file with a mutant in force.
 * @param load imports the file
 */
export async function tryFile(given: TestTask, load: () => Promise<unknown>): Promise<void> {
  testTask = given;
  evaluations = 0;
  if (testTask.mutant !== undefined && killed.has(testTask.mutant)) return test("is killed already", () => undefined);
  if (testTask.testMs !== undefined) vi.setConfig({ testTimeout: testTask.testMs, hookTimeout: testTask.testMs });
  reached = new Map();
  enter(LOADING);
  beforeEach((context) => {
    if (testTask.mutant === undefined) return enter(nameOf(context));
    if (killed.has(testTask.mutant) || testTask.tests?.includes(nameOf(context)) === false) context.skip();
    onTestFailed(kill);
  });
  await load();
  enter("");
  afterEach(() => enter(""));
  afterAll(() => {
    if (testTask.mutant !== undefined) return;
    const tests = Object.fromEntries([...reached].map(([name, ids]) => [name, [...ids]]));
    note({ testFile: testTask.testFile, counts: Object.fromEntries(counts), tests });
  });
}

function kill(): void {
  if (testTask.mutant === undefined || killed.has(testTask.mutant)) return;
  killed.add(testTask.mutant);
  note({ killed: testTask.mutant });
}

function note(line: Note): void {
  appendFileSync(testTask.notes, `${JSON.stringify(line)}\n`);
}

/** Counts the mutants reached from now on for that test. */
function enter(name: string): void {
  current = reached.get(name) ?? new Set();
  reached.set(name, current);
}

function nameOf({ task }: TestContext): string {
  const names = [task.name];
  for (let { suite } = task; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
  return names.join(" > ");
}
