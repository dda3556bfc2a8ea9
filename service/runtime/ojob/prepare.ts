import { world } from "../base/world.js";
import { merge } from "../lib/maps/merge.js";
import { processArgs } from "./args/merge-args.js";
import { resolveTokens } from "./args/tokens.js";
import { compileCode } from "./code/compile.js";
import { externalSource } from "./code/external.js";
import { noteSource } from "./code/sources.js";
import { awaitAside } from "./jobs/aside.js";
import { execute } from "./jobs/execute.js";
import { runJob } from "./jobs/run-job.js";
import { runSimple } from "./jobs/types/simple.js";
import { langCode } from "./langs/index.js";
import { loadNamed } from "./load/load.js";
import { registerJob } from "./load/register.js";
import { translateEntry } from "./load/shortcuts.js";
import { sortJobs } from "./load/sort-jobs.js";
import { addTodos } from "./load/todo.js";
import { runSequential } from "./modes/sequential.js";
import { watchStall } from "./run/daemon.js";
import { isHelpShown } from "./run/help.js";
import { jobEngine } from "./run/port.js";
import { runFile, runLoaded } from "./run/run.js";
import { steps } from "./run/steps.js";
import { mergeSettings } from "./settings/settings.js";
import { engine } from "./state/engine.js";
import { flag } from "./state/flags.js";
import { logStart } from "./state/log.js";
import { runShutdowns } from "./state/shutdowns.js";
import { stateAllows } from "./state/states.js";
import { fillTemplates } from "./state/templates.js";

/**
 * Puts the engine together, and evaluates the modules that every run needs, so that this is done before there is a request
 * to wait for it: modules are evaluated when something of them is first named.
 */
export function prepareEngine(): unknown[] {
  world.engine = () => jobEngine;
  engine.calls = { steps, runFile: (name, args, id) => runFile(name, args, { id, isSub: true }) };
  merge({}, {});
  const loading = [loadNamed, translateEntry, registerJob, externalSource, langCode, sortJobs, mergeSettings, addTodos];
  const running = [runLoaded, runSequential, runJob, runSimple, execute, compileCode, noteSource, steps, logStart];
  const rest = [processArgs, resolveTokens, fillTemplates, stateAllows, isHelpShown, watchStall, awaitAside, flag];
  return [...loading, ...running, ...rest, runShutdowns];
}
