/**
 * Names that the runtime looks up in the scope of the job instead of importing them, so that an override by job code takes effect:
 * the variables that jobs and the engine share, functions that write, ask, run or end something, and functions of floors above
 * the caller's. Computations are imported.
 */
export const jobScope = globalThis as unknown as JobScope;

type AnyFunction = (...args: any[]) => any;
type AnyConstructor = new (...args: any[]) => any;
type WriteLog = (message: unknown, options?: unknown) => void;
type Show = (value?: unknown, ...options: any[]) => void;

export interface JobScope extends Variables, Talk, Actions, Queries {
  eval: typeof eval;
  Function: new (...code: string[]) => AnyFunction;
  global: unknown;
  io: IoScope;
  af: AfScope;
  ow: OwScope;
}

/** Variables jobs read and write. */
interface Variables {
  /** Input of the run, and the `init` section of its file. */
  args: any;
  init: any;
  /** The result map, and what came as input of a job in its place. */
  __pm: any;
  __pmIn: any;
  ROJOB: unknown;
  __flags: any;
  __logFormat: any;
  __JSONformat: any;
  /** Format `$output` takes when none is given. */
  __format: unknown;
  /** Arguments as `processExpr` reads them. */
  __expr: string | undefined;
  __colorFormat: any;
  __conAnsi: boolean | undefined;
  __conConsole: boolean | undefined;
  __ansiColorFlag: boolean | undefined;
  __i$interactive: boolean | undefined;
  nLinq_USE_CASE: boolean | undefined;
  /** Of the command that ran last. */
  __exitcode: number | undefined;
  __stderr: unknown;
  /** The script that was started last. */
  __loadedfrom: unknown;
  /** Libraries, once they are asked for. */
  _: unknown;
  Ajv: unknown;
  jsyaml: unknown;
  /** Of the jobs of packs: results that are kept, processes that were launched, open workbooks. */
  _ojobkeep: any;
  oJobGetKeptResult: AnyFunction;
  __ojobProc: unknown[] | undefined;
  __xls: Record<string, any> | undefined;
}

/** Output for people, and questions to them. */
interface Talk {
  print: Show;
  printnl: Show;
  printErr: Show;
  printErrnl: Show;
  cprint: Show;
  sprint: Show;
  log: WriteLog;
  logWarn: WriteLog;
  logErr: WriteLog;
  tlog: (template: unknown, data?: unknown, options?: unknown) => void;
  setLog(format: any): void;
  ask(prompt?: string, mask?: string): string | null;
  ask1: AnyFunction;
  askEncrypt: AnyFunction;
  askDef: AnyFunction;
  askChoose: AnyFunction;
  askChooseMultiple: AnyFunction;
  askStruct: AnyFunction;
  printTable: AnyFunction;
  printTree: AnyFunction;
  printMap: AnyFunction;
  printBars: AnyFunction;
  printChart: AnyFunction;
  colorify: AnyFunction;
  $output: AnyFunction;
}

/** Functions with effects outside of the job's own values. */
interface Actions {
  exit(code?: unknown, force?: boolean): never;
  sleep(ms: unknown, isActive?: boolean): void;
  now(): number;
  nowNano(): number;
  getEnv(name: unknown): string | undefined;
  getEnvs(): Record<string, string>;
  __gHDir(): string;
  sh: AnyFunction;
  $sh: AnyFunction;
  $rest: AnyFunction;
  oJob: AnyFunction;
  $ch(name?: unknown): any;
  $cache(name?: string): any;
  $sec: AnyFunction;
  $do: AnyFunction;
  $doAll: AnyFunction;
  $doWait: AnyFunction;
  $doA2B: AnyFunction;
  $atomic: AnyFunction;
  ioStreamWrite: AnyFunction;
  Email: AnyConstructor;
  GIT: AnyConstructor;
  SSH: AnyConstructor;
  XLS: AnyConstructor;
}

/** Functions that build on one another across floors. */
interface Queries {
  _$(value: unknown, name?: string): any;
  $from: AnyFunction;
  $path: AnyFunction;
  $sql: AnyFunction;
  $csv: AnyFunction;
  $f: AnyFunction;
  $ft: AnyFunction;
  templify(template: unknown, data?: unknown): string;
  stringify(value: unknown, replacer?: any, space?: any): string;
  jsonParse: AnyFunction;
  repeat: AnyFunction;
  range: AnyFunction;
}

interface IoScope {
  readFileStream: AnyFunction;
  writeFileString: AnyFunction;
}

interface AfScope {
  eval(source: string): unknown;
  fromInputStream2String(stream: unknown): string;
  toYAML: AnyFunction;
  validate2FA: AnyFunction;
}

/** `ow`: the libraries, each with its functions. */
interface OwScope {
  ch: { server: { setLog: AnyFunction }; utils: { getHousekeepSubscriber: AnyFunction } };
  format: any;
  metrics: { add(name: string, give: unknown): void };
  net: Record<"getActualTime" | "isHost" | "isIPv4" | "isIPv6" | "isURL", AnyFunction>;
  oJob: { getLogCh(): any; getState(id?: string): string };
  obj: { http: AnyConstructor };
  server: {
    httpd: Record<"mapRoutesWithLibs" | "replyRedirect" | "start", AnyFunction>;
    telemetry: any;
  };
  template: any;
  loadTemplate(): void;
}
