import type { Steps } from "../../base/scheduler.js";
import type { AnyMap, HelpSection, Job, JobLog, Place, Todo } from "../model/shapes.js";

/** Everything the engine knows during one run. One a run: a module variable of a bundle evaluated per environment. */
export interface EngineState {
  /** Identity of this engine in the log and the queue. */
  id: string;
  settings: AnyMap;
  /** The run's `init` section; undefined when there was none. */
  init: any;
  help: HelpSection | undefined;
  /** The file that was run, for the usage text. */
  file: string;
  jobs: Map<string, Job>;
  queue: Todo[];
  /** `ojobId` + NUL + name → log. */
  logs: Map<string, JobLog>;
  /** Names of the files that were loaded already. */
  files: Set<string>;
  /** Sources of the `code` sections. */
  code: Map<string, string>;
  langs: Map<string, AnyMap>;
  /** Functions of jobs of type shutdown and of `addOnOpenAFShutdown`, run last first. */
  shutdowns: (() => void)[];
  states: Map<string, string>;
  metrics: Map<string, any>;
  /** The instances of the engine: this one. */
  instances: Map<string, any>;
  /** Locks of jobs: name → `{ lock, value }`. */
  locks: Map<string, any>;
  /** Loops of periodic jobs: job name → what can be stopped. */
  threads: Record<string, { stop(): void }[]>;
  /** Names of jobs that are known to the loader only: the built-in ones count unless this is false. */
  withBuiltins: boolean;
  /** Positions of the catch code of jobs. */
  catchPlaces: Map<string, Place>;
  /** Positions where jobs failed last. */
  places: Map<string, Place>;
  /** A nested run that must not end the outer one. */
  shouldStop: boolean;
  /** Functions of higher rooms that parts of the engine call. */
  calls: Calls;
}

/** Calls upwards; put in when the engine is prepared. */
export interface Calls {
  /** Functions that composed code calls, as `__ojob`. */
  steps: object;
  /** Runs a job file inside the run, under an id of its own; settings of it end with it. */
  runFile(name: string, args: any, id: string): Steps<void>;
}

export const engine: EngineState = {
  id: "ojob",
  settings: { recordLog: true, logArgs: false, logOJob: false },
  init: undefined,
  help: undefined,
  file: "thisOJob.yaml",
  jobs: new Map(),
  queue: [],
  logs: new Map(),
  files: new Set(),
  code: new Map(),
  langs: new Map(),
  shutdowns: [],
  states: new Map(),
  metrics: new Map(),
  instances: new Map(),
  locks: new Map(),
  threads: {},
  withBuiltins: false,
  catchPlaces: new Map(),
  places: new Map(),
  shouldStop: false,
  calls: undefined as unknown as Calls,
};

engine.instances.set(engine.id, { uuid: engine.id, host: "localhost", ip: "127.0.0.1", tags: [] });

let lastId = 0;

/** Puts other settings in the place of those in force; who holds on to the map sees them too. */
export function replaceSettings(settings: AnyMap): void {
  for (const key of Object.keys(engine.settings)) delete engine.settings[key];
  Object.assign(engine.settings, settings);
}

/** An id that is unique within the run. */
export function freshId(): string {
  return `${++lastId}`;
}
