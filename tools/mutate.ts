/**
 * Finds out which changes of the program no test notices: changes one place of a room at a time (a mutant) and runs the
 * quick tests of the room that reach it.
 *
 *     npm run mutate -- --room store [--sample 60] [--seed 1] [--only run-scan,journal] [--slowest 30]
 *     npm run mutate -- --room store --again node_modules/.cache/rojob-mutants/store.json
 *
 * - `--sample`: so many mutants, drawn by `--seed`; default: all
 * - `--only`: of modules whose path has one of these texts in it
 * - `--slowest`: files that take longer, in seconds, or that fail untouched, count as no test of the room
 * - `--again`: the survivors of a report, after tests were written for them
 * - `--tests`, `--without`: test files instead of those of the room, and such that are left out, as beginnings of paths below `test/`
 * - `--report`: where the outcome is written as JSON; default `node_modules/.cache/rojob-mutants/ROOM.json`
 *
 * A mutant is killed when a test fails or takes far too long. One that survives is a promise that nobody tests, code that
 * nobody needs, or a change that changes nothing: that is for the reader to decide.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "../test/structure/imports.js";
import { instrument } from "./mutation/instrument.js";
import { type Mutant, mutantsOf } from "./mutation/mutants.js";
import { modulesOf, testsOf } from "./mutation/rooms.js";
import { type Baseline, Runner } from "./mutation/runner.js";

/** Outcome of a mutant. */
interface Outcome {
  id: string;
  original: string;
  replacement: string;
  outcome: "killed" | "survived" | "unreached";
}

const { values } = parseArgs({
  options: {
    room: { type: "string" },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    slowest: { type: "string", default: "30" },
    again: { type: "string" },
    tests: { type: "string" },
    without: { type: "string" },
    report: { type: "string" },
  },
});
if (values.room === undefined) throw new Error("--room is missing: the name of a folder of service/, as 'store'");

const scratch = mkdtempSync(path.join(tmpdir(), "rojob-mutants-"));
try {
  await main(values.room);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main(room: string): Promise<void> {
  const instrumented = new Map<string, string>();
  const all: Mutant[] = [];
  for (const file of modulesOf(room)) {
    const text = readFileSync(path.join(root, file), "utf8");
    const mutants = mutantsOf(file, text);
    instrumented.set(path.join(root, file), instrument(text, mutants));
    all.push(...mutants);
  }
  const wanted = chosen(all);
  const runner = await Runner.start(instrumented, scratch);
  try {
    const slowestMs = Number(values.slowest) * 1000;
    const without = values.without?.split(",") ?? [];
    const tests = testsOf(room, values.tests?.split(",")).filter(
      (file) => !without.some((start) => file.startsWith(`test/${start}`)),
    );
    const baselines: Baseline[] = [];
    for (const test of tests) {
      const baseline = await runner.baseline(test, slowestMs);
      baselines.push(baseline);
      console.log(`${baseline.isGreen ? "uses" : "leaves out"} ${test} (${Math.round(baseline.ms)} ms)`);
    }
    baselines.sort((a, b) => a.ms - b.ms);
    const trials = wanted.flatMap(({ id }) =>
      baselines
        .filter(({ isGreen, counts }) => isGreen && counts[id] !== undefined)
        .map((baseline) => ({ mutant: id, baseline })),
    );
    const reached = new Set(trials.map(({ mutant }) => mutant));
    const killed = await runner.kill(trials);
    const outcomes = wanted.map(({ id, original, replacement }): Outcome => {
      const outcome = killed.has(id) ? "killed" : reached.has(id) ? "survived" : "unreached";
      return { id, original, replacement, outcome };
    });
    report(room, outcomes, all.length);
  } finally {
    await runner.close();
  }
}

function chosen(all: readonly Mutant[]): Mutant[] {
  if (values.again !== undefined) {
    const { outcomes } = JSON.parse(readFileSync(values.again, "utf8")) as { outcomes: Outcome[] };
    const again = new Set(outcomes.filter(({ outcome }) => outcome !== "killed").map(({ id }) => id));
    return all.filter(({ id }) => again.has(id));
  }
  const parts = values.only.split(",");
  const some = all.filter(({ id }) => parts.some((part) => id.split(":")[0]!.includes(part)));
  if (values.sample === undefined) return some;
  const random = randomFrom(Number(values.seed));
  const drawn = some.map((mutant) => ({ mutant, at: random() })).sort((a, b) => a.at - b.at);
  const ids = new Set(drawn.slice(0, Number(values.sample)).map(({ mutant }) => mutant.id));
  return some.filter(({ id }) => ids.has(id));
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function report(room: string, outcomes: readonly Outcome[], all: number): void {
  const killed = outcomes.filter(({ outcome }) => outcome === "killed").length;
  const score = Math.round((1000 * killed) / outcomes.length) / 10;
  const file = path.resolve(
    root,
    values.report ?? `node_modules/.cache/rojob-mutants/${room.replaceAll("/", "-")}.json`,
  );
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ room, all, tried: outcomes.length, killed, score, outcomes }, undefined, 2)}\n`,
  );
  for (const { id, original, replacement, outcome } of outcomes) {
    if (outcome !== "killed") console.log(`${outcome} ${id}\n  - ${original}\n  + ${replacement}`);
  }
  console.log(`${room}: ${killed} of ${outcomes.length} mutants killed (${all} in all), ${score} %; see ${file}`);
}
