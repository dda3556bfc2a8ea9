import { runSteps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { jobPieces, notePieces } from "../code/compile.js";
import { joinPieces } from "../code/sources.js";
import { loadFile } from "../load/load.js";
import { findJob, jobNames } from "../load/registry.js";
import { translateEntry } from "../load/shortcuts.js";
import { addTodo } from "../load/todo.js";
import type { JobEngine } from "../model/port.js";
import { engine } from "../state/engine.js";
import { forgetLog, logOf } from "../state/log.js";
import { addOnOpenAFShutdown } from "../state/shutdowns.js";
import { getState, setState } from "../state/states.js";
import { fileSteps, jobSteps } from "./calls.js";
import { engineChannels } from "./channels.js";
import { exit } from "./exit.js";
import { runLoaded } from "./run.js";

/** The engine as the jobs it brings along and the floors below see it. */
export const jobEngine: JobEngine = {
  id: engine.id,
  get stores() {
    return engineChannels;
  },
  runJob: (job, args, id = `|${world.host.bytes.uuid()}`) => jobSteps(job, args, id, true),
  runFile: (file, args, id) => fileSteps(file, args, id, { shareArgs: false }, true),
  addJobs(file, args) {
    const document = loadFile(file, { withoutTodo: true });
    runSteps(runLoaded({ ...document, todo: [], help: undefined }, args, { isSub: true }));
    return document.jobs ?? [];
  },
  queue: (entry) => addTodo(entry),
  translate: (entry) => translateEntry(entry),
  getState: () => getState(),
  setState: (state) => setState(state),
  findJob: (name) => findJob(name),
  jobNames: () => jobNames(),
  jobs: () => [...engine.jobs.values()],
  logs: () => [...engine.logs.values()],
  logOf: (name, id) => logOf(name, id),
  forgetLog: (name, id) => forgetLog(name, id),
  codeOf: (job) => jobPieces(job),
  setCode(job, pieces) {
    job.exec = joinPieces(pieces);
    notePieces(job.name, pieces);
  },
  atEnd: (fn) => addOnOpenAFShutdown(fn),
  exit: (code, force) => exit(code, force),
};
