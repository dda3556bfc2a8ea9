import { isatty } from "node:tty";
import { writeToReader } from "../base/files/write-all.js";
import type { RunOutcome, RunRequest } from "../runtime/base/host.js";
import { prepareEnvironment } from "./environment.js";
import { createLineReader } from "./line-reader.js";
import { bundleRuntimeFromSource, keepCodeCache } from "./runtime-script.js";
import { warmUp } from "./warm-up.js";

/** A run in this very process. */
export interface LocalRun {
  text: string;
  /** Its path, for messages. */
  file: string;
  args: Record<string, unknown>;
  /** Folder where names in `include` are looked up after the working folder. */
  runFolder?: string;
}

/**
 * Executes an oJob in this process, without a node: its output goes straight to that of this process.
 *
 * When the job calls `exit(code)`, `onExit` gets the outcome so far and the process ends with that code.
 */
export async function runLocal(run: LocalRun, onExit: (outcome: RunOutcome) => void): Promise<RunOutcome> {
  await bundleRuntimeFromSource();
  const environment = prepareEnvironment();
  const request: RunRequest = {
    uuid: `local-${process.pid}`,
    text: run.text,
    file: run.file,
    args: run.args,
    shareArgs: true,
    pmFromArgs: true,
    quiet: true,
    ownsProcess: true,
    runFolder: run.runFolder,
  };
  try {
    const outcomeJson = environment.run(JSON.stringify(request), {
      cwd: process.cwd(),
      env: { ...process.env } as Record<string, string>,
      write: writeToReader,
      readLine: createLineReader(),
      isTerminal: isatty(0) && isatty(1),
      exit(code, json) {
        onExit(JSON.parse(json) as RunOutcome);
        process.exit(code);
      },
    });
    return JSON.parse(outcomeJson) as RunOutcome;
  } finally {
    environment.close();
    keepCodeCache(warmUp);
  }
}
