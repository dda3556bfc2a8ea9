import { processArgs } from "../ojob/args/merge-args.js";
import { resolveTokens } from "../ojob/args/tokens.js";
import { translateEntry } from "../ojob/load/shortcuts.js";
import { addJob, getJob, getMetric, getMetrics, removeJob, runRegistered, setJob, setMetric } from "../ojob/run/api.js";
import { $job, oJob, oJobRun, oJobRunFile, oJobRunFileAsync, oJobRunJob, oJobRunJobAsync } from "../ojob/run/calls.js";
import { exit } from "../ojob/run/exit.js";
import {
  engineId,
  getJobsCh,
  getLogCh,
  getMainCh,
  getMetricsCh,
  getTodoCh,
  previewFile,
  queueTodo,
  queueTodos,
  showHelp,
  stopRun,
} from "../ojob/run/functions.js";
import { engine } from "../ojob/state/engine.js";
import { addOnOpenAFShutdown, runShutdowns } from "../ojob/state/shutdowns.js";
import { getState, setState } from "../ojob/state/states.js";

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
  "ow.oJob.getJobsCh": getJobsCh,
  "ow.oJob.getTodoCh": getTodoCh,
  "ow.oJob.getLogCh": getLogCh,
  "ow.oJob.getMainCh": getMainCh,
  "ow.oJob.getMetricsCh": getMetricsCh,
  "ow.oJob.getID": engineId,
  "ow.oJob.getJob": getJob,
  "ow.oJob.setJob": setJob,
  "ow.oJob.removeJob": removeJob,
  "ow.oJob.addJob": addJob,
  "ow.oJob.addTodos": queueTodos,
  "ow.oJob.add2Todo": queueTodo,
  "ow.oJob.runJob": runRegistered,
  "ow.oJob.runFile": oJobRunFile,
  "ow.oJob.previewFile": previewFile,
  "ow.oJob.runAllShutdownJobs": runShutdowns,
  "ow.oJob.stop": stopRun,
  "ow.oJob.getState": getState,
  "ow.oJob.setState": setState,
  "ow.oJob.getMetric": getMetric,
  "ow.oJob.setMetric": setMetric,
  "ow.oJob.getMetrics": getMetrics,
  "ow.oJob.parseTodo": translateEntry,
  "ow.oJob.showHelp": showHelp,
  "ow.oJob.__defaultArgs": resolveTokens,
  "ow.oJob.__processArgs": processArgs,
  "ow.oJob.__ojob": engine.settings,
  "ow.oJob.__threads": engine.threads,
  "ow.oJob.__langs": engine.langs,
  "ow.oJob.__id": engine.id,
};
