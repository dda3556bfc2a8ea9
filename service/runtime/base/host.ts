/**
 * The border between an environment and everything outside it.
 *
 * The runtime imports nothing from Node: whatever has an effect goes through the one {@link Host} it was booted with.
 * Only primitives, JSON texts and bytes cross this border, so that no object of the worker's own realm ever becomes
 * reachable from job code (whose prototypes could then be changed for the next run).
 *
 * Every function blocks until it is done and throws an Error with a `code` (`ENOENT`, …) when it fails.
 */
export interface Host {
  readonly files: HostFiles;
  readonly process: HostProcess;
  readonly output: HostOutput;
  readonly clock: HostClock;
  readonly bytes: HostBytes;
  readonly code: HostCode;
  readonly ops: HostOps;
}

/** Files below any path the process may reach. Relative paths are relative to the run's working folder. */
export interface HostFiles {
  read(path: string): Uint8Array;
  readText(path: string, encoding?: string): string;
  write(path: string, data: Uint8Array | string, append?: boolean): void;
  /** JSON of {@link FileStat}, or `""` when nothing is there. Links are followed unless `noFollow`. */
  stat(path: string, noFollow?: boolean): string;
  /** JSON array of the names in a folder, unsorted. */
  list(path: string): string;
  /** Makes the folder and its parents; true if it made something. */
  mkdir(path: string): boolean;
  /** Removes a file or a whole tree; false if it was not there. */
  remove(path: string): boolean;
  rename(from: string, to: string): void;
  copy(from: string, to: string): void;
  chmod(path: string, mode: number): void;
  utimes(path: string, accessMs: number, modifiedMs: number): void;
  readLink(path: string): string;
  link(target: string, path: string): void;
  /** Absolute path with `.`, `..` and links resolved; the file need not exist. */
  canonical(path: string): string;
  /** Makes an empty file (or folder) of a fresh name; removed when the run ends. */
  temp(prefix: string, suffix: string, folder?: string, isFolder?: boolean): string;
  /** Opens with the flags of open(2) as Node names them (`r`, `w`, `a`, `r+`, `wx`); the run's open files are closed at its end. */
  open(path: string, flags: string): number;
  readChunk(fd: number, length: number, position?: number): Uint8Array;
  writeChunk(fd: number, data: Uint8Array, position?: number): number;
  close(fd: number): void;
}

/** Answer of `stat`; times in ms since the epoch, `mode` the permission bits, `access` some of `x`, `r`, `w`. */
export interface FileStat {
  isFile: boolean;
  isFolder: boolean;
  isLink: boolean;
  size: number;
  mode: number;
  uid: number;
  gid: number;
  modifiedMs: number;
  createdMs: number;
  accessedMs: number;
  access: string;
}

/** The run's own view of the process: its environment variables are a private copy. */
export interface HostProcess {
  env(name: string): string | undefined;
  setEnv(name: string, value: string | undefined): void;
  /** JSON map of all environment variables of the run. */
  envs(): string;
  cwd(): string;
  pid(): number;
  /** Is a process of that id alive? */
  isAlive(pid: number): boolean;
  /** JSON of {@link MachineInfo}. */
  machine(): string;
  /** Ends the worker process at once after reporting `outcomeJson` (a {@link RunOutcome}) to the node. Does not return. */
  exit(code: number, outcomeJson: string): never;
  /** One line from the terminal (undefined at its end, or when there is none). */
  readLine(prompt: string, hidden?: boolean): string | undefined;
  /** Is there a terminal to ask and to colour? */
  isTerminal(): boolean;
}

export interface MachineInfo {
  hostName: string;
  platform: string;
  arch: string;
  release: string;
  cores: number;
  totalMemory: number;
  freeMemory: number;
  heapMax: number;
  heapTotal: number;
  heapUsed: number;
  user: string;
  home: string;
  tempFolder: string;
  nodeVersion: string;
  /** JSON-able list of `{ name, address, family, mac, internal }`. */
  interfaces: { name: string; address: string; family: string; mac: string; internal: boolean }[];
}

export interface HostOutput {
  /** Stream 1 is the run's standard output, 2 its standard error. Text is passed on as it is. */
  write(stream: 1 | 2, text: string): void;
}

export interface HostClock {
  nowMs(): number;
  /** Monotonic nanoseconds as a number (precision of a double). */
  nowNano(): number;
}

/** Work on bytes that the language has no word for. */
export interface HostBytes {
  encode(text: string, encoding?: string): Uint8Array;
  decode(bytes: Uint8Array, encoding?: string): string;
  digest(algorithm: string, data: Uint8Array | string): Uint8Array;
  hmac(algorithm: string, key: Uint8Array | string, data: Uint8Array | string): Uint8Array;
  random(length: number): Uint8Array;
  uuid(): string;
  gzip(data: Uint8Array): Uint8Array;
  gunzip(data: Uint8Array): Uint8Array;
  deflateRaw(data: Uint8Array, level?: number): Uint8Array;
  inflateRaw(data: Uint8Array): Uint8Array;
  cipher(algorithm: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  decipher(algorithm: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
}

export interface HostCode {
  /**
   * Evaluates `source` as a sloppy script in this environment and returns its completion value (a value of this
   * realm). `line` is the 1-based line of the file the source starts at. Compiled code is shared by later environments.
   * Throws a SyntaxError of code `ESYNTAX`, with the `line` of the file, when it does not compile.
   */
  run(source: string, file: string, line?: number): unknown;
  /** Calls `fn`; when it is still busy after `ms` it is torn out of whatever it does and an Error of code `ETIMEDOUT` is thrown. */
  within(fn: () => void, ms: number): void;
  /**
   * `source` (one function in parentheses) with those of its functions that run beside others and wait in their own
   * lines made into generators; see `workers/suspend.ts`. Rewritten once per text and worker.
   */
  suspendable(source: string): string;
  /**
   * JSON of {@link ParsedYaml} of a YAML or JSON text; parsed once per text and worker.
   * Throws an Error of code `EYAML` (`EJSON` for a file named so) with line and column in its message, and a property `line`.
   */
  parse(text: string, file: string): string;
}

/** Answer of `parse`. `Date` values are `{ "$date": ms }` (and only those: a map with that key is never written). */
export interface ParsedYaml {
  docs: unknown[];
  /** There are some. */
  hasDates: boolean;
  /** For every text value of several lines or under an `exec`/`catch`-like key: JSON pointer → 1-based line its content starts at; negative where its lines are not those of the file. */
  lines: Record<string, number>;
}

/**
 * Long operations, carried out by the worker's I/O thread while this environment goes on or waits:
 * processes, HTTP in both directions, sockets, warm interpreters. See `workers/io/`.
 */
export interface HostOps {
  /** Starts an operation; its events arrive by `poll` under the returned id. */
  start(kind: string, paramsJson: string, bytes?: Uint8Array): number;
  send(id: number, type: string, dataJson: string, bytes?: Uint8Array): void;
  cancel(id: number): void;
  /** Waits for events at most `timeoutMs` (0: only looks). JSON array of {@link OpEvent}; `"[]"` when time is over. */
  poll(timeoutMs: number): string;
  /** The bytes of an event that announced them (`bytes: n`); they can be taken once. */
  takeBytes(ticket: number): Uint8Array;
}

export interface OpEvent {
  id: number;
  type: string;
  data?: any;
  /** Ticket for `takeBytes`, when the event carries bytes. */
  bytes?: number;
}

/** The request of the node to an environment, as JSON. */
export interface RunRequest {
  uuid: string;
  /** The oJob itself. */
  text: string;
  /** Its name for messages: a path, or `ojob` for a posted one. */
  file: string;
  args: Record<string, unknown> | unknown[];
  /** Default of `ojob.shareArgs`: true for runs of a node and `rojob exec`, false in the conformance runner. */
  shareArgs: boolean;
  /** Does the result map start as a copy of the arguments, as clients of the service expect? */
  pmFromArgs?: boolean;
  /** Are starts and ends of jobs logged only if the oJob asks for it (`ojob.logToConsole: true`)? Failures are always logged. */
  quiet?: boolean;
  /** Does the run have its process to itself, as with `rojob exec --local`? */
  ownsProcess?: boolean;
  /** Folder of service functions: where `include` names are looked up after the working folder. */
  runFolder?: string;
  /** `global.ROJOB` of the run. */
  rojob?: Record<string, unknown>;
  /** Access of the run to its node; absent without a node. */
  node?: NodeAccess;
  /** Most bytes the result may have as JSON (0: no limit). */
  maxResult?: number;
}

/** The way from a run to its own node. */
export interface NodeAccess {
  /** `http://address:port`, reachable from this machine. */
  url: string;
  /** Sent as `Authorization: Bearer TOKEN`; good for as long as the run runs. */
  token: string;
  /** RUNONLY: the node takes no jobs but those of its run folder. */
  isRunOnly: boolean;
}

/** The outcome of a request. `result` is the JSON text of `__pm`. */
export interface RunOutcome {
  /** JSON text of the result map (`"null"` if there is none). */
  result: string;
  errors: JobError[];
  /** The error that ended the whole run: a load failure, or an error that `catch` did not handle. */
  exception?: RunException;
  /** Code given to `exit(code)`, when the job ended the process itself. */
  exitCode?: number;
  /** Names of arguments that did not become environment variables of processes, as they would steer programs. */
  refusedEnv?: string[];
}

/** The failures of one job, as `__errors` reports them. */
export interface JobError {
  name: string;
  error: string[];
  /** Position where the last error was thrown, if known. */
  at?: { file: string; line: number; column?: number };
}

export interface RunException {
  /** `String(exception)`. */
  message: string;
  job?: string;
  at?: { file: string; line: number; column?: number };
}
