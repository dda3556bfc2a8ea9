import { addJob, getJob, getMetric, getMetrics, removeJob, runRegistered, setJob, setMetric } from "../ojob/api.js";
import { processArgs } from "../ojob/args.js";
import { $job, oJob, oJobRun, oJobRunFile, oJobRunFileAsync, oJobRunJob, oJobRunJobAsync } from "../ojob/calls.js";
import { engine } from "../ojob/engine.js";
import { addOnOpenAFShutdown, exit } from "../ojob/exit.js";
import { isHelpShown } from "../ojob/help.js";
import { loadFile } from "../ojob/load.js";
import type { AnyMap } from "../ojob/model.js";
import { translateEntry } from "../ojob/shortcuts.js";
import { getState, setState } from "../ojob/states.js";
import { addTodo, addTodos } from "../ojob/todo.js";
import { resolveTokens } from "../ojob/tokens.js";
import { runShutdowns } from "../ojob/types/shutdown.js";
import { globals } from "../world.js";

/** Running jobs from job code, and `ow.oJob`: the engine as job code sees it. */

const channel = (name: string) => (): unknown => globals.$ch(`oJob::${name}`);

export const scope = {
  $job,
  oJob,
  oJobRun,
  oJobRunFile,
  oJobRunFileAsync,
  oJobRunJob,
  oJobRunJobAsync,
  exit,
  addOnOpenAFShutdown,
  "ow.oJob.getJobsCh": channel("jobs"),
  "ow.oJob.getTodoCh": channel("todo"),
  "ow.oJob.getLogCh": channel("log"),
  "ow.oJob.getMainCh": channel("oJob"),
  "ow.oJob.getMetricsCh": channel("metrics"),
  "ow.oJob.getID": () => engine.id,
  "ow.oJob.getJob": getJob,
  "ow.oJob.setJob": setJob,
  "ow.oJob.removeJob": removeJob,
  "ow.oJob.addJob": addJob,
  "ow.oJob.addTodos": (list: any[], args?: any, id?: string) => addTodos(list, args, id),
  "ow.oJob.add2Todo": (entry: any, id?: string) => addTodo(entry, id),
  "ow.oJob.runJob": runRegistered,
  "ow.oJob.runFile": oJobRunFile,
  "ow.oJob.previewFile": (name: string) => loadFile(name),
  "ow.oJob.runAllShutdownJobs": runShutdowns,
  "ow.oJob.stop": () => void (engine.shouldStop = true),
  "ow.oJob.getState": getState,
  "ow.oJob.setState": setState,
  "ow.oJob.getMetric": getMetric,
  "ow.oJob.setMetric": setMetric,
  "ow.oJob.getMetrics": getMetrics,
  "ow.oJob.parseTodo": translateEntry,
  "ow.oJob.showHelp": (_help: unknown, args: AnyMap) => isHelpShown(args),
  "ow.oJob.__defaultArgs": resolveTokens,
  "ow.oJob.__processArgs": processArgs,
  "ow.oJob.__ojob": engine.settings,
  "ow.oJob.__threads": engine.threads,
  "ow.oJob.__langs": engine.langs,
  "ow.oJob.__id": engine.id,
};
