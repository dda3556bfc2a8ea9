import type { Steps } from "../../base/scheduler.js";
import { processArgs } from "../args/merge-args.js";
import { setAt, valueAt } from "../args/paths.js";
import { resolveTokens } from "../args/tokens.js";
import { runCommand } from "../langs/command.js";
import { runFileLang } from "../langs/file.js";
import { runLines } from "../langs/lines.js";
import { runPython } from "../langs/python.js";
import { runShell } from "../langs/shell.js";
import { runSsh } from "../langs/ssh.js";
import { runPackJob } from "../packs/index.js";
import { runBuiltin } from "./builtin.js";
import { runEach } from "./each.js";
import { lock, unlock } from "./lock.js";
import { jobEngine } from "./port.js";

/**
 * Functions that composed code calls, as `__ojob`: everything in the code of a job that is not JavaScript of its author.
 * The getters keep a language unloaded until a job uses it.
 */
export const steps = {
  /** Args with those of a from or to job merged over them. */
  withArgs: (args: any, over: any): any => resolveTokens(processArgs(args, over)),
  get at() {
    return valueAt;
  },
  get set() {
    return setAt;
  },
  get builtin() {
    return runBuiltin;
  },
  packJob: (file: string, name: string, args: any, job: any, id: string): Steps<any> =>
    runPackJob(file, name, args, job, id, jobEngine),
  get each() {
    return runEach;
  },
  get lock() {
    return lock;
  },
  get unlock() {
    return unlock;
  },
  get shell() {
    return runShell;
  },
  get command() {
    return runCommand;
  },
  get lines() {
    return runLines;
  },
  get file() {
    return runFileLang;
  },
  get python() {
    return runPython;
  },
  get ssh() {
    return runSsh;
  },
};
