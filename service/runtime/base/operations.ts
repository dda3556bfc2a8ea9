/**
 * The operations of the I/O thread as both sides of the border know them: what a run gives, what it may send later on, and
 * what the thread reports. Types only; all of it crosses as JSON and bytes.
 */
export interface Operations {
  /** One HTTP exchange, redirects included; the body are its bytes. */
  http: { params: HttpParams; sends: object; events: { response: HttpHead; data: undefined; end: HttpEnd } };
  /** An HTTP server that hands every request to the run. */
  httpd: {
    params: HttpdParams;
    /** `begin`, `chunk`s with bytes and `finish`: a body that comes bit by bit; `abort` cuts the connection. */
    sends: { reply: HttpdReply; begin: HttpdReply; chunk: Rid; finish: Rid; abort: Rid };
    /** `gone`: the client left before its answer. `end`: it could not listen. */
    events: { listening: { port: number }; request: HttpdRequest; gone: Rid; end: Failed };
  };
  /** Sends a mail by SMTP. */
  mail: { params: MailParams; sends: object; events: { end: Failure & { messageId?: string } } };
  /** A question about host names; `found`: a list of texts, or what the name server has as records. */
  names: { params: NamesParams; sends: object; events: { end: Failure & { found?: any } } };
  /** A child process; `out` and `err` with bytes. */
  process: {
    params: ProcessParams;
    /** `input` has bytes; `close` closes it; `kill` names a signal. */
    sends: { input: null; close: null; kill: string };
    events: { out: undefined; err: undefined; end: ProcessEnd };
  };
  /** A step in python, in a process of its own. */
  python: { params: PythonParams; sends: object; events: { out: undefined; err: undefined; end: ProcessEnd } };
  /** An SSH connection. */
  ssh: {
    params: SshParams;
    sends: { exec: ExecRequest; sftp: SftpRequest };
    /** `out`, `err` and `exit` of an `exec`; `done` of an `sftp`, or of an `exec` that failed. `end`: the connection is lost. */
    events: {
      ready: undefined;
      out: { n: number };
      err: { n: number };
      exit: { n: number; code: number };
      done: { n: number; result?: unknown; error?: string };
      end: Failed;
    };
  };
  /** A TCP connection as a client, or a port that is free. */
  tcp: {
    params: TcpParams;
    /** `output` has bytes; `finish` ends our side. */
    sends: { output: null; finish: null };
    /** `in` has bytes; `finish`: the other side ended its own. */
    events: {
      connect: { ms: number; localPort: number | undefined };
      in: undefined;
      finish: undefined;
      end: Failure & { port?: number };
    };
  };
  /** Sends one packet, its bytes; the bytes of `end` are the reply, when one is wanted. */
  udp: { params: UdpParams; sends: object; events: { end: Failure } };
  /** Reads or writes a workbook (.xlsx); its bytes, or for `write` those of the one to start from. */
  xls: { params: XlsParams; sends: object; events: { end: { error?: string; sheets?: XlsSheet[] } } };
}

export type OpKind = keyof Operations;
export type OpParams<K extends OpKind> = Operations[K]["params"];
/** Folder and environment of an operation: `cwd` and `env` of the run unless its parameters name others. */
export interface Place {
  cwd: string;
  env: Record<string, string>;
}

/** A further message of the run. */
export type OpSend<K extends OpKind> = Tagged<Operations[K]["sends"]>;
/** Events of an operation; `end` is the last. */
export type OpReport<K extends OpKind> = Tagged<Operations[K]["events"]>;
type Tagged<T> = { [Type in keyof T & string]: { type: Type; data: T[Type] } }[keyof T & string];

/** Why an operation failed, if it did. */
export interface Failure {
  error?: string;
  code?: string;
}

export interface Failed extends Failure {
  error: string;
}

export interface HttpParams {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** Longest time to get a connection; 0 or absent: 10 s. */
  connectTimeoutMs?: number;
  /** Longest time over all; 0 or absent: none. */
  timeoutMs?: number;
  /** Longest pause of the server; 0 or absent: none. */
  readTimeoutMs?: number;
  followRedirects?: boolean;
  /** The body is this file; relative to `cwd`. */
  bodyFile?: string;
  /** The body of a good reply goes there instead of into `data` events. */
  toFile?: string;
  /** Add to `toFile` instead of replacing it. */
  append?: boolean;
}

/** The head of the last reply. Header names in lower case; a repeated one is an array. */
export interface HttpHead {
  status: number;
  headers: Record<string, string | string[]>;
  url: string;
}

/** `error` is the reason why there is no (whole) reply. */
export interface HttpEnd extends Failure {
  address?: string;
  port?: number;
  /** Bytes written to `toFile`. */
  written?: number;
}

export interface HttpdParams {
  port: number;
  /** Address to listen on; absent: all. */
  host?: string;
  /** PEM texts, for https. */
  key?: string;
  cert?: string;
}

interface Rid {
  /** Number to answer under. */
  rid: number;
}

/** The body comes as bytes. */
export interface HttpdRequest extends Rid {
  method: string;
  /** As it stood in the request line. */
  target: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  remoteAddress: string;
}

/** The body goes as bytes unless `file` names it. */
export interface HttpdReply extends Rid {
  status: number;
  headers: [string, string][];
  /** Body from this file; relative to `cwd`. */
  file?: string;
}

export interface MailParams {
  host: string;
  /** Absent: 465 with `secure`, 587 with `startTls`, else 25. */
  port?: number;
  /** TLS from the start. */
  secure: boolean;
  /** TLS is asked for, and required, after the start. */
  startTls: boolean;
  user?: string;
  pass?: string;
  timeoutMs?: number;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  text?: string;
  html?: string;
  headers: Record<string, string>;
  /** A file (relative to `cwd`) or an address; with `cid` it is part of the page. */
  attachments: { file?: string; url?: string; name?: string; cid?: string; inline?: boolean }[];
}

export interface NamesParams {
  /** `lookup`: addresses as the system finds them; `reverse`: names of an address; `query`: records of a name server. */
  action: "lookup" | "reverse" | "query";
  name: string;
  /** Record type of a query (`A`, `MX`, …). */
  type?: string;
  /** Name server of a query. */
  server?: string;
}

export interface ProcessParams extends Partial<Place> {
  /** A text for `/bin/sh -c`, or a program and its arguments. */
  command: string | string[];
  /** Text for its standard input, which is closed after it; absent: the input is closed at once; `null`: it stays open and empty. */
  input?: string | null;
  /** After this many ms it is killed, with what it started, and reported with `timedOut`. */
  timeoutMs?: number;
  /** Nobody reads its output; absent: it is reported. */
  discard?: boolean;
}

/** End of a process; with `error` it could not be started. */
export interface ProcessEnd extends Failure {
  exitCode: number;
  signal?: string;
  timedOut?: boolean;
}

export interface PythonParams extends Partial<Place> {
  code: string;
  /** Variables of the code, by name. */
  vars: Record<string, unknown>;
  /** Variables to give back. */
  back: string[];
  /** Text that stands before what comes back, in the output. */
  mark: string;
}

export interface SshParams {
  host: string;
  port: number;
  login?: string;
  pass?: string;
  /** File with a private key; relative to `cwd`. `pass` is then its passphrase too. */
  keyFile?: string;
  compress: boolean;
  timeoutMs?: number;
}

export interface ExecRequest {
  /** Number its events carry. */
  n: number;
  command: string;
  input?: string;
  pty: boolean;
}

/** `write` has bytes, and so has what `read` gives. */
export interface SftpRequest {
  n: number;
  verb: "get" | "put" | "read" | "write" | "list" | "mkdir" | "rm" | "rmdir" | "rename" | "realpath";
  remote: string;
  /** The local file of `get` and `put`, the new name of `rename`. */
  local?: string;
}

/** An entry of a remote folder. */
export interface RemoteEntry {
  name: string;
  isFolder: boolean;
  size: number;
  mode: number;
  uid: number;
  gid: number;
  modifiedMs: number;
  accessedMs: number;
}

export type TcpParams =
  /** A port nobody listens on; reported as `end` with `port`. */
  { action: "freePort" } | { action: "connect"; host: string; port: number; timeoutMs?: number };

export interface UdpParams {
  host: string;
  port: number;
  /** Wait for one packet in return. */
  wantsReply: boolean;
  timeoutMs?: number;
}

/** A cell: its value, or a formula with the value it had last. Dates in ms since the epoch. */
export interface XlsCell {
  row: number;
  column: number;
  value?: string | number | boolean;
  dateMs?: number;
  formula?: string;
  style?: Record<string, unknown>;
}

export interface XlsSheet {
  name: string;
  cells: XlsCell[];
  /** Column → width in characters. */
  widths?: Record<string, number>;
  /** Row → height in points. */
  heights?: Record<string, number>;
  /** Range with filters (`A1:C1`). */
  filter?: string;
  /** Format of dates. */
  dateFormat?: string;
}

export type XlsParams = { action: "read" } | { action: "write"; sheets: XlsSheet[] };
