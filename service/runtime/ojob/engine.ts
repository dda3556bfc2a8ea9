import type { AnyMap, HelpSection, Job, JobLog, Place, Todo } from "./model.js";

/** Everything the engine knows during one run. One a run: a module variable of a bundle evaluated per environment. */
export interface Engine {
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
  /** Modules of the `code` sections, for `require`. */
  modules: Map<string, string>;
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
  /** Where the catch code of jobs begins. */
  catchPlaces: Map<string, Place>;
  /** Where jobs failed last. */
  places: Map<string, Place>;
  /** A nested run that must not end the outer one. */
  shouldStop: boolean;
  /** Environment variables that may be set from arguments whatever they steer: `rojob.env` of the job files. */
  allowedEnv: Set<string>;
  /** Those that were to be set from arguments, and were not. */
  refusedEnv: Set<string>;
}

export const engine: Engine = {
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
  modules: new Map(),
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
  allowedEnv: new Set(),
  refusedEnv: new Set(),
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
