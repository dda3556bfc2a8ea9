import { appendFileSync } from "node:fs";
import { afterAll, afterEach, beforeEach, onTestFailed, type TestContext, test, vi } from "vitest";
import { LOADING, type Note, type Orders } from "./reached.js";

let orders: Orders = { testFile: "", notes: "" };
let evaluations = 0;
const counts = new Map<string, number>();
let reached = new Map<string, Set<string>>();
let current = new Set<string>();
const killed = new Set<string>();

Object.assign(globalThis, {
  mutant(id: string): boolean {
    if (orders.mutant === undefined) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      current.add(id);
      return false;
    }
    if (id !== orders.mutant) return false;
    // An error might be caught within the loop.
    if (++evaluations > (orders.limit ?? Number.POSITIVE_INFINITY)) process.kill(process.pid, "SIGKILL");
    return true;
  },
});

for (const event of ["unhandledRejection", "uncaughtException"] as const) process.on(event, kill);

/**
 * Loads a test file with a mutant in force.
 * @param load imports the file
 */
export async function tryFile(given: Orders, load: () => Promise<unknown>): Promise<void> {
  orders = given;
  evaluations = 0;
  if (orders.mutant !== undefined && killed.has(orders.mutant)) return test("is killed already", () => undefined);
  if (orders.testMs !== undefined) vi.setConfig({ testTimeout: orders.testMs, hookTimeout: orders.testMs });
  reached = new Map();
  enter(LOADING);
  beforeEach((context) => {
    if (orders.mutant === undefined) return enter(nameOf(context));
    if (killed.has(orders.mutant) || orders.tests?.includes(nameOf(context)) === false) context.skip();
    onTestFailed(kill);
  });
  await load();
  enter("");
  afterEach(() => enter(""));
  afterAll(() => {
    if (orders.mutant !== undefined) return;
    const tests = Object.fromEntries([...reached].map(([name, ids]) => [name, [...ids]]));
    note({ testFile: orders.testFile, counts: Object.fromEntries(counts), tests });
  });
}

function kill(): void {
  if (orders.mutant === undefined || killed.has(orders.mutant)) return;
  killed.add(orders.mutant);
  note({ killed: orders.mutant });
}

function note(line: Note): void {
  appendFileSync(orders.notes, `${JSON.stringify(line)}\n`);
}

/** Mutants reached from now on are counted for that test. */
function enter(name: string): void {
  current = reached.get(name) ?? new Set();
  reached.set(name, current);
}

function nameOf({ task }: TestContext): string {
  const names = [task.name];
  for (let { suite } = task; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
  return names.join(" > ");
}
