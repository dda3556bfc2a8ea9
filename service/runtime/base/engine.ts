import type { Steps } from "./scheduler.js";

/**
 * The engine as the floors below it see it: it runs jobs, ends the run and shows its state. `world.engine` returns it once the
 * environment is prepared.
 */
export interface Engine {
  /** The stores behind the channels `$ch("oJob::…")`, by the name of the channel. */
  readonly stores: Readonly<Record<string, EngineStore>>;
  /**
   * Runs a job and waits for it.
   * @param job name, map or shortcut map
   * @param id suffix of the run id; one of its own by default
   * @returns the args it left; `true` when it failed or has none, `false` when its deps are not met
   */
  runJob(job: any, args?: any, id?: string): Steps<any>;
  /** Registers the jobs of a file, whose todo list does not run. @returns the jobs as they are written */
  addJobs(file: string, args: any): any[];
  /** Has `fn` called at the end of the run; the last that was given is called first. */
  atEnd(fn: () => void): void;
  /** Ends the process at once with `code`, after what was to be called at the end; `force` leaves that out. */
  exit(code?: unknown, force?: boolean): never;
}

/**
 * The store behind a channel of the engine: the state of the engine by key. Job code sees and changes the state that the engine
 * works with.
 */
export interface EngineStore {
  /** Keys in order. */
  keys(): any[];
  /** The value itself, no copy; undefined when there is none. */
  get(key: any): any;
  set(key: any, value: any): void;
  unset(key: any): void;
}
