import type { Host } from "./host.js";

/**
 * Types of the arguments of host functions. Each argument is converted on the job's side of the border and checked on the other
 * side.
 *
 * `text`, `number`, `flag`: a primitive. `bytes`: any view of a buffer, whose bytes are copied. A `?` stands for
 * `undefined`, which lets the host take its default. `call`: a function of the runtime, never one of a job.
 */
export type Crossing =
  | "text"
  | "text?"
  | "number"
  | "number?"
  | "flag?"
  | "bytes"
  | "bytes?"
  | "text or bytes"
  | "call";

type CrossingOf<Value> = [Value] extends [string]
  ? "text"
  : [Value] extends [string | undefined]
    ? "text?"
    : [Value] extends [number]
      ? "number"
      : [Value] extends [number | undefined]
        ? "number?"
        : [Value] extends [boolean | undefined]
          ? "flag?"
          : [Value] extends [Uint8Array]
            ? "bytes"
            : [Value] extends [Uint8Array | undefined]
              ? "bytes?"
              : [Value] extends [Uint8Array | string]
                ? "text or bytes"
                : "call";

type CrossingsOf<Call> = Call extends (...parameters: infer Parameters) => unknown
  ? { readonly [Index in keyof Required<Parameters>]: CrossingOf<Parameters[Index]> }
  : never;

/** For each area of the host, each function with what its parameters are. */
type Crossings = {
  readonly [Area in keyof Host]: { readonly [Name in keyof Host[Area]]: CrossingsOf<Host[Area][Name]> };
};

/** Every function of the host and its parameters: the one list both sides of the border go by. */
export const crossings: Crossings = {
  files: {
    read: ["text"],
    readText: ["text", "text?"],
    write: ["text", "text or bytes", "flag?"],
    stat: ["text", "flag?"],
    list: ["text"],
    mkdir: ["text"],
    remove: ["text"],
    rename: ["text", "text"],
    copy: ["text", "text"],
    chmod: ["text", "number"],
    utimes: ["text", "number", "number"],
    readLink: ["text"],
    link: ["text", "text"],
    canonical: ["text"],
    temp: ["text", "text", "text?", "flag?"],
    open: ["text", "text"],
    readChunk: ["number", "number", "number?"],
    writeChunk: ["number", "bytes", "number?"],
    close: ["number"],
  },
  process: {
    env: ["text"],
    setEnv: ["text", "text?"],
    envs: [],
    cwd: [],
    pid: [],
    isAlive: ["number"],
    machine: [],
    exit: ["number", "text"],
    readLine: ["text", "flag?"],
    isTerminal: [],
  },
  output: { write: ["number", "text"] },
  clock: { nowMs: [], nowNano: [] },
  bytes: {
    encode: ["text", "text?"],
    decode: ["bytes", "text?"],
    digest: ["text", "text or bytes"],
    hmac: ["text", "text or bytes", "text or bytes"],
    random: ["number"],
    uuid: [],
    gzip: ["bytes"],
    gunzip: ["bytes"],
    deflateRaw: ["bytes", "number?"],
    inflateRaw: ["bytes"],
    cipher: ["text", "bytes", "bytes", "bytes"],
    decipher: ["text", "bytes", "bytes", "bytes"],
  },
  code: {
    run: ["text", "text", "number?"],
    within: ["call", "number"],
    suspendable: ["text"],
    parse: ["text", "text"],
  },
  ops: {
    start: ["text", "text", "bytes?"],
    send: ["number", "text", "text", "bytes?"],
    cancel: ["number"],
    poll: ["number"],
    takeBytes: ["number"],
  },
};
