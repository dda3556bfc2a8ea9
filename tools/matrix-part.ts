import { spawn } from "node:child_process";
import path from "node:path";
import type { HotFigures } from "../bench/hot.js";
import type { NodeLine } from "./node-lines.js";

/** Counts of tests. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Longest wait for the output of an ended part, ms. */
const LAST_OUTPUT_MS = 5000;

/** Outcome of a part. */
export interface Outcome {
  counts: Counts;
  /** A line for each failure that the part has reported. */
  failures: string[];
  seconds: number;
  /** Figures of the bench. */
  figures?: HotFigures;
}

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export function describe({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Sum of the summary lines in the output of test runners. */
export function countsOf(output: string): Counts {
  const found = output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\r?$/gm);
  return [...found].reduce(
    (sum, [, passed, failed, skipped = 0]) =>
      add(sum, { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** Lines of failures in the output of test runners. */
export function failuresOf(output: string): string[] {
  return output.match(/^(?:FAILED|✗) .+$/gm) ?? [];
}

/**
 * Runs one command on a version of Node, and passes its output on. Another exit code than 0 without a failed test
 * counts as one failed test; an output without counts is one test.
 */
export async function runPart(
  node: NodeLine,
  argv: string[],
  root: string,
  passOn = (text: string): void => void process.stdout.write(text),
): Promise<Outcome> {
  const fromMs = performance.now();
  const child = spawn(path.join(node.bin, "node"), argv, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PATH: `${node.bin}${path.delimiter}${process.env.PATH}` },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    passOn(text);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
    // A process that a test left may hold the output.
    child.on("exit", (ended) => setTimeout(resolve, LAST_OUTPUT_MS, ended).unref());
  });
  const counts = countsOf(output);
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (code === 0 && counts.passed === 0) counts.passed = 1;
  const figures = /^\{"node":.*\}$/m.exec(output)?.[0];
  return {
    counts,
    failures: failuresOf(output),
    seconds: (performance.now() - fromMs) / 1000,
    figures: figures === undefined ? undefined : (JSON.parse(figures) as HotFigures),
  };
}
