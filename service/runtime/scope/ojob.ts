import { addJob, getJob, getMetric, getMetrics, removeJob, runRegistered, setJob, setMetric } from "../ojob/api.js";
import { processArgs } from "../ojob/args.js";
import { $job, oJob, oJobRun, oJobRunFile, oJobRunFileAsync, oJobRunJob, oJobRunJobAsync } from "../ojob/calls.js";
import { engine } from "../ojob/engine.js";
import { addOnOpenAFShutdown, exit } from "../ojob/exit.js";
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
} from "../ojob/functions.js";
import { translateEntry } from "../ojob/shortcuts.js";
import { getState, setState } from "../ojob/states.js";
import { resolveTokens } from "../ojob/tokens.js";
import { runShutdowns } from "../ojob/types/shutdown.js";

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
