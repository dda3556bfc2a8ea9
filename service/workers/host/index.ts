/** The host of an environment, one file per area; `open` ties it to a run, `close` ends leftovers. */
import type vm from "node:vm";
import type { Gate } from "../../runtime/base/border.js";
import type { Host } from "../../runtime/base/host.js";
import { createBytes } from "./bytes.js";
import { createCode } from "./code.js";
import { createFiles } from "./files.js";
import { createGate } from "./gate.js";
import { createOps } from "./ops.js";
import { createProcess } from "./process.js";

/** Values that differ from run to run. */
export interface HostOptions {
  /** Working folder of the run; absolute. */
  cwd: string;
  /** Environment variables of the job. */
  env: Record<string, string>;
  /** Variables of every process of the run, whatever environment the job gives it: they identify the process later. */
  marks?: Record<string, string>;
  /** Called before each operation that reaches outside of the worker. */
  onReach?(): void;
  /** Receives the run's output as it is written. */
  write(stream: 1 | 2, text: string): void;
  /** Called by `exit(code)`: reports the outcome and ends the process. */
  exit(code: number, outcomeJson: string): never;
  /** A user reads the output and answers prompts. */
  readLine?(prompt: string, hidden: boolean): string | undefined;
  /** Access of the environment to the host. */
  isTerminal?: boolean;
}

export interface HostControl {
  /** Ends leftovers; returns one text for each, for the log and the retirement of the worker. */
  gate: Gate;
  open(options: HostOptions): void;
  /** Ends leftovers; returns one text each, for the log and the retirement of the worker. */
  close(): string[];
}

/** The state shared by the areas of one host: tied to at most one run. */
export interface HostState {
  options: HostOptions;
  /** Called when the run is over. */
  closers: Set<() => string | undefined>;
}

export function createHost(context: vm.Context): HostControl {
  const state: HostState = { options: idle, closers: new Set() };
  const host: Host = {
    files: createFiles(state),
    process: createProcess(state),
    output: { write: (stream, text) => state.options.write(stream, text) },
    clock: { nowMs: () => Date.now(), nowNano: () => Number(process.hrtime.bigint()) },
    bytes: createBytes(),
    code: createCode(context),
    ops: createOps(state),
  };
  return {
    gate: createGate(host),
    open(options) {
      state.options = options;
    },
    close() {
      const left: string[] = [];
      for (const end of state.closers) {
        const what = end();
        if (what !== undefined) left.push(what);
      }
      state.closers.clear();
      state.options = idle;
      return left;
    },
  };
}

/** Before and after a run there is no receiver of output: code that still writes gets an error. */
const idle: HostOptions = {
  cwd: process.cwd(),
  env: {},
  write() {
    throw new Error("the run is over");
  },
  exit() {
    throw new Error("the run is over");
  },
};
