import type { Engine } from "../../base/engine.js";
import type { Steps } from "../../base/scheduler.js";
import type { Job, JobLog, Source, TodoDefinition } from "./shapes.js";

/** The engine as its own jobs see it, built-in ones and those of packs. */
export interface JobEngine extends Engine {
  /** Identity of the engine in the log and the queue. */
  readonly id: string;
  /** Runs a job file and waits for it; its settings end with it. */
  runFile(file: string, args: any, id: string): Steps<void>;
  /** Puts an entry at the end of the todo list. */
  queue(entry: TodoDefinition): void;
  /** An entry of a todo list with its shortcut, if it has one, translated. Changes the entry. */
  translate(entry: any): any;
  /** The state of the run. */
  getState(): string;
  setState(state: string): void;
  /** The registered job of that name, a built-in one too; undefined when there is none. */
  findJob(name: string): Job | undefined;
  /** Names of all jobs that can be run, the built-in ones first. */
  jobNames(): string[];
  /** The jobs that are registered. */
  jobs(): Job[];
  /** Executions of jobs, by job and id of the run. */
  logs(): JobLog[];
  logOf(name: string, id: string): JobLog | undefined;
  /** Takes executions that nobody will ask for out of the log. */
  forgetLog(name: string, id: string): void;
  /** The code of a job in pieces, each with its place. */
  codeOf(job: Job): Source[];
  /** Replaces the code of a job. */
  setCode(job: Job, pieces: Source[]): void;
}
