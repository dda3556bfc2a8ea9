import { merge } from "../lib/maps/merge.js";
import { processArgs } from "./args.js";
import { awaitAside } from "./aside.js";
import { compileCode } from "./code/compile.js";
import { externalSource } from "./code/external.js";
import { noteSource } from "./code/sources.js";
import { steps } from "./code/steps.js";
import { watchStall } from "./daemon.js";
import { execute } from "./execute.js";
import { flag } from "./flags.js";
import { isHelpShown } from "./help.js";
import { langCode } from "./langs/index.js";
import { loadNamed } from "./load.js";
import { logStart } from "./log.js";
import { runSequential } from "./modes/sequential.js";
import { registerJob } from "./register.js";
import { runLoaded } from "./run.js";
import { runJob } from "./run-job.js";
import { mergeSettings } from "./settings.js";
import { translateEntry } from "./shortcuts.js";
import { sortJobs } from "./sort-jobs.js";
import { stateAllows } from "./states.js";
import { fillTemplates } from "./templates.js";
import { addTodos } from "./todo.js";
import { resolveTokens } from "./tokens.js";
import { runShutdowns } from "./types/shutdown.js";
import { runSimple } from "./types/simple.js";

/**
 * Evaluates the modules that every run needs, so that this is done before there is a request to wait for it: modules
 * are evaluated when something of them is first named.
 */
export function preloadEngine(): unknown[] {
  merge({}, {});
  const loading = [loadNamed, translateEntry, registerJob, externalSource, langCode, sortJobs, mergeSettings, addTodos];
  const running = [runLoaded, runSequential, runJob, runSimple, execute, compileCode, noteSource, steps, logStart];
  const rest = [processArgs, resolveTokens, fillTemplates, stateAllows, isHelpShown, watchStall, awaitAside, flag];
  return [...loading, ...running, ...rest, runShutdowns];
}
