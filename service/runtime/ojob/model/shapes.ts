/** The shapes the engine works with: what a file may hold, and what becomes of it once it is registered. */

export type AnyMap = Record<string, any>;

/** One oJob as it is written, after the parser. Unknown keys are allowed everywhere. */
export interface OJobDocument {
  jobs?: JobDefinition[];
  todo?: TodoDefinition[];
  init?: any;
  ojob?: AnyMap;
  include?: string[];
  jobsInclude?: string[];
  code?: Record<string, string>;
  help?: HelpSection;
  [other: string]: any;
}

export interface JobDefinition {
  name: string;
  exec?: any;
  lang?: string;
  args?: any;
  deps?: any;
  from?: any;
  to?: any;
  earlier?: any;
  then?: any;
  catch?: string;
  onerror?: string;
  check?: AnyMap;
  each?: string | string[];
  type?: string;
  typeArgs?: AnyMap;
  file?: string;
  execFile?: string;
  execRequire?: string;
  help?: any;
  [other: string]: any;
}

export type TodoDefinition = string | AnyMap;

export interface HelpSection {
  text?: string;
  expects?: { name: string; desc?: string; example?: unknown; mandatory?: boolean; [other: string]: any }[];
}

/** A dep is a name, or a map with code that decides. `result` is set once it is met. */
export type Dep = string | { name: string; onSuccess?: string; onFail?: string; result?: boolean };

/** A registered job: `exec` is the whole code, from and to parts included. */
export interface Job {
  name: string;
  type: string;
  typeArgs: AnyMap;
  args: AnyMap;
  deps: Dep[];
  each: string[];
  exec: string;
  catch?: string;
  from?: any;
  to?: any;
  help?: any;
  file?: string;
  [other: string]: any;
}

/** An entry of the queue. */
export interface Todo {
  ojobId: string;
  todoId: string;
  name: string;
  args?: any;
  type?: string;
  typeArgs?: AnyMap;
  /** Args that are not shared with the entries that follow. */
  stepArgs?: string[];
}

/** Executions of one job under one id. */
export interface JobLog {
  ojobId: string;
  name: string;
  start: boolean;
  error: boolean;
  success: boolean;
  deps: boolean;
  count: number;
  totalTime: number;
  avgTime: number;
  createDate: number;
  lastModify: number;
  firstDepsCheck?: number;
  log: { id: string; startTime: number; endTime?: number; error?: string }[];
}

/** A place in a file. */
export interface Place {
  file: string;
  line: number;
  column?: number;
}

/** Code together with the place its first line has. */
export interface Source {
  text: string;
  place?: Place;
}
