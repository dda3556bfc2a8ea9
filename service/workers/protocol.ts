import type { RunOutcome } from "../runtime/base/host.js";
import type { OutcomeRest } from "./outcome-parts.js";

/**
 * Protocol between node and worker process.
 *
 * The node writes to the child's descriptor 3, the child to its descriptor 4. A frame is five bytes of head (length of
 * the payload, big endian, and its kind) and a payload of UTF-8 text. A payload with a head of its own has that on its
 * first line as JSON, so that a request and an outcome pass through as texts, and only their users parse them.
 */
export const REQUEST_FD = 3;
export const FRAME_FD = 4;

export const Kind = {
  /** Node → child, once: JSON of {@link WorkerSettings}. */
  settings: 1,
  /** Node → child: {@link RunHead} line, then JSON of `RunRequest`. */
  run: 2,
  /** Child → node: it accepts runs. No payload. */
  ready: 3,
  /** Child → node: text a run wrote to its standard output, or standard error. */
  out: 4,
  err: 5,
  /** Child → node: the run has started its first operation outside (a process may be among them). No payload. */
  reaches: 6,
  /** Child → node: {@link DoneHead} line, then JSON of `RunOutcome`. */
  done: 7,
  /** Child → node: {@link ExitHead} line, then JSON of `RunOutcome`; the process ends right after it. */
  exit: 8,
  /** Child → node, between runs: JSON list of reasons why it should be replaced soon. */
  retire: 9,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

/**
 * Settings of a worker process, sent once. They come by the channel, as the environment of a process is readable by its
 * children.
 */
export interface WorkerSettings {
  spares: number;
  isolation: "context" | "process";
  /** Working folder of runs. */
  cwd: string;
  /** Environment variables of runs. */
  env: Record<string, string>;
  /** Variables of every process that a run starts: they identify it wherever it hides. */
  marks: Record<string, string>;
  maxResultBytes: number;
  jobMemoryMb: number;
  /** It adopts orphans: whatever its runs start is below it. */
  isSubreaper: boolean;
  /** Folder of the control group it is in. */
  cgroup?: string;
}

export interface RunHead {
  uuid: string;
}

export interface DoneHead {
  runMs: number;
  /** Leftovers of the run: the worker must not execute another. */
  left: string[];
  /** Its result was above the limit and is replaced by an error. */
  isTooLarge: boolean;
  /** Of a large outcome: the outcome without its result, which is the body then. */
  outcome?: OutcomeRest;
}

export interface ExitHead {
  runMs: number;
  code: number;
  /** As in {@link DoneHead}. */
  outcome?: OutcomeRest;
}

/** Name of the variable that marks every process started by a run. */
export const RUN_MARK = "ROJOB_UUID";
/** Value of that variable in processes that wait for a run: long enough for every mark. */
export const NO_RUN = "-".repeat(100);
/** Name of the variable that marks every process started by any run of a pool. */
export const POOL_MARK = "ROJOB_POOL";

const HEAD_BYTES = 5;
/** Bytes of a payload from which on it is assembled as it arrives. */
const LARGE_FRAME = 256 * 1024;
/** No frame is longer: a length above it means that something else wrote into the channel. */
const MAX_FRAME_BYTES = 1 << 30;

/** One frame as bytes. */
export function encodeFrame(kind: Kind, payload: string | Buffer = ""): Buffer {
  const length = Buffer.byteLength(payload);
  const frame = Buffer.allocUnsafe(HEAD_BYTES + length);
  frame.writeUInt32BE(length, 0);
  frame[4] = kind;
  if (typeof payload === "string") frame.write(payload, HEAD_BYTES);
  else payload.copy(frame, HEAD_BYTES);
  return frame;
}

/** A frame whose payload begins with a head of its own, as the pieces to send one after the other. */
export function framePieces(kind: Kind, head: object, body: readonly Buffer[]): Buffer[] {
  const line = `${JSON.stringify(head)}\n`;
  const length = body.reduce((sum, { length }) => sum + length, Buffer.byteLength(line));
  const start = Buffer.allocUnsafe(HEAD_BYTES + Buffer.byteLength(line));
  start.writeUInt32BE(length, 0);
  start[4] = kind;
  start.write(line, HEAD_BYTES);
  return [start, ...body];
}

/** A payload that begins with a head of its own. */
export function withHead<T extends string | Buffer>(head: object, body: T): T;
export function withHead(head: object, body: string | Buffer): string | Buffer {
  const line = `${JSON.stringify(head)}\n`;
  return typeof body === "string" ? line + body : Buffer.concat([Buffer.from(line), body]);
}

/** The reverse of {@link withHead}. */
export function splitHead<T>(payload: Buffer): { head: T; body: Buffer } {
  const end = payload.indexOf("\n");
  return { head: JSON.parse(payload.toString("utf8", 0, end)) as T, body: payload.subarray(end + 1) };
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  private pending: Buffer[] = [];
  private size = 0;
  /** A large frame of which only a part has arrived. */
  private large: { kind: Kind; payload: Buffer; filled: number } | undefined;

  /** @param onFrame called with each whole frame, in order */
  constructor(private readonly onFrame: (kind: Kind, payload: Buffer) => void) {}

  /** @throws Error when the bytes are not frames */
  push(chunk: Buffer): void {
    this.add(chunk);
    while (this.next());
  }

  /** Keeps bytes for {@link next}. */
  add(chunk: Buffer): void {
    const rest = this.large === undefined ? chunk : this.fill(this.large, chunk);
    if (rest.length === 0) return;
    this.pending.push(rest);
    this.size += rest.length;
  }

  /**
   * Passes the next whole frame on; false when there is none.
   * @throws Error when the bytes are not frames
   */
  next(): boolean {
    if (this.large !== undefined) return this.endLarge(this.large);
    if (this.size < HEAD_BYTES) return false;
    const first = this.pending[0]!.length >= HEAD_BYTES ? this.pending[0]! : this.join();
    const length = first.readUInt32BE(0);
    const kind = first[4]! as Kind;
    if (length > MAX_FRAME_BYTES || kind < Kind.settings || kind > Kind.retire)
      throw new Error(`not a frame: kind ${kind}, ${length} bytes`);
    if (this.size < HEAD_BYTES + length) {
      if (length >= LARGE_FRAME) this.beginLarge(kind, length);
      return false;
    }
    const whole = first.length >= HEAD_BYTES + length ? first : this.join();
    const rest = whole.subarray(HEAD_BYTES + length);
    this.pending[0] = rest;
    if (rest.length === 0) this.pending.shift();
    this.size -= HEAD_BYTES + length;
    this.onFrame(kind, whole.subarray(HEAD_BYTES, HEAD_BYTES + length));
    return true;
  }

  /**
   * Copies the rest of the frame chunk by chunk as it arrives: to join 10 MB at its end would take milliseconds at
   * once.
   */
  private beginLarge(kind: Kind, length: number): void {
    const begun = this.join().subarray(HEAD_BYTES);
    this.pending = [];
    this.size = 0;
    this.large = { kind, payload: Buffer.allocUnsafe(length), filled: 0 };
    this.fill(this.large, begun);
  }

  /** @returns the bytes after the frame */
  private fill(large: NonNullable<typeof this.large>, chunk: Buffer): Buffer {
    const taken = chunk.copy(large.payload, large.filled);
    large.filled += taken;
    return chunk.subarray(taken);
  }

  private endLarge({ kind, payload, filled }: NonNullable<typeof this.large>): boolean {
    if (filled < payload.length) return false;
    this.large = undefined;
    this.onFrame(kind, payload);
    return true;
  }

  private join(): Buffer {
    const joined = Buffer.concat(this.pending);
    this.pending = [joined];
    return joined;
  }
}

/** Outcome of a run that could not give one itself. */
export function failedOutcome(message: string): RunOutcome {
  return { result: "null", errors: [], exception: { message } };
}
