import { type JsonText, wholeText } from "../../base/json/json-text.js";
import { type RawArgs as Args, RawArgs, RawJson } from "../../base/json/raw-json.js";
import { Lru } from "../../base/lru.js";
import type { OJobSource, OJobSources } from "../../catalog/ojob-source.js";
import { isCheap, type TextFormat } from "../../catalog/parse-text.js";
import type { RunSettings } from "../../model/runs.js";
import { hashOfBody } from "../../signing/body-hash.js";
import { withErrors } from "../reply/result.js";
import { bodyText } from "./body.js";
import type { ParsedArgs, ParsedJob } from "./large/messages.js";
import type { ParseThreads } from "./large/parse-threads.js";
import { type RunRequest, readRunRequest } from "./run-request.js";

/** An oJob as it was posted. */
export interface PostedOJob {
  text: string | RawJson;
  source: OJobSource;
  /** SHA-256 of the text, hex, if known. */
  sourceHash?: string;
}

/** The request of `POST /v1/runs`. */
export interface PostedRun {
  ojob?: PostedOJob;
  run?: string;
  args: Record<string, unknown> | Args;
  settings: Partial<RunSettings>;
}

/** Largest body that may be parsed on the event loop, bytes, if an estimate says that it is cheap. */
const MOST_ON_LOOP = 256 * 1024;
/** Number and bytes of the large oJobs whose parts are cached. */
const MAX_ENTRIES = 100;
const MAX_BYTES = 64_000_000;

/**
 * Reads the bodies that contain oJobs: small ones at once, each text only once; large ones, and those that are expensive for
 * their size, in a thread, which returns only the parts that the node needs (see {@link ParsedJob}).
 */
export class Documents {
  private readonly known = new Lru<PostedOJob>(MAX_ENTRIES, MAX_BYTES);
  /** Bodies that are being read, so that equal ones are read only once. */
  private readonly underWay = new Map<string, Promise<PostedOJob>>();

  constructor(
    private readonly sources: OJobSources,
    private readonly threads: ParseThreads,
  ) {}

  /**
   * The oJob of a body.
   * @param expected what the body of this route has to be, for messages
   * @throws ServiceError `empty_body`, `not_utf8`, those of `OJobSources.parse` and `ParseThreads.read`
   */
  async ojob(body: unknown, format: TextFormat, route: string, expected: string): Promise<PostedOJob> {
    const bytes = body as Buffer | undefined;
    if (bytes === undefined || bytes.length <= MOST_ON_LOOP) {
      const text = bodyText(bytes, route, expected);
      const source = this.sources.find(text, format);
      if (source !== undefined) return { text, source };
      if (isCheap(text, format)) return { text, source: this.sources.parse(text, format, "ojob") };
    }
    const key = `${format} ${hashOfBody(bytes!)}`;
    const known = this.known.get(key) ?? this.underWay.get(key);
    if (known !== undefined) return known;
    const reading = this.threads
      .read({ kind: "ojob", bytes: bytes!, format, file: "ojob", route, expected }, memoryOf(bytes!))
      .then((parsed) => this.keep(key, ojobOf(parsed)))
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, reading);
    return reading;
  }

  /**
   * The body of `POST /v1/runs`.
   * @throws ServiceError those of `readRunRequest`, `OJobSources.parse` and `ParseThreads.read`
   */
  async request(body: unknown, isRunOnly: boolean): Promise<PostedRun> {
    const bytes = body as Buffer | undefined;
    if (bytes === undefined || bytes.length <= MOST_ON_LOOP) {
      const read = this.readCheap(bytes, isRunOnly);
      if (read !== undefined) return read;
    }
    const parsed = await this.threads.read({ kind: "request", bytes: bytes!, isRunOnly }, memoryOf(bytes!));
    const { run, args, settings } = parsed.request!;
    return { run, args: argsOf(args), settings, ojob: parsed.text === undefined ? undefined : ojobOf(parsed) };
  }

  /**
   * Replaces the `__errors` that a result already has; returns JSON.
   * @param errors JSON
   * @throws ServiceError those of `ParseThreads.read`
   */
  async resultWithErrors(result: JsonText, errors: string): Promise<JsonText> {
    if (result.length <= MOST_ON_LOOP) return withErrors(wholeText(result), errors);
    const bytes = typeof result === "string" ? Buffer.from(result) : result;
    const parsed = await this.threads.read({ kind: "result", bytes, errors });
    return bufferOf(parsed.result!);
  }

  /** Parses a body that is cheap to parse; undefined when it takes too long for the event loop. */
  private readCheap(bytes: Buffer | undefined, isRunOnly: boolean): PostedRun | undefined {
    if (bytes !== undefined && bytes.length > 0 && !isCheap(bytes.toString("utf8"), "json")) return undefined;
    const { ojob, ...rest }: RunRequest = readRunRequest(bytes, isRunOnly);
    if (ojob === undefined) return rest;
    const source = this.sources.find(ojob, "any");
    if (source !== undefined) return { ...rest, ojob: { text: ojob, source } };
    if (!isCheap(ojob, "any")) return undefined;
    return { ...rest, ojob: { text: ojob, source: this.sources.parse(ojob, "any", "ojob") } };
  }

  private keep(key: string, ojob: PostedOJob): PostedOJob {
    const { text, source } = ojob;
    const args = source.args instanceof RawJson ? source.args.bytes.length : 0;
    this.known.set(key, ojob, (text as RawJson).bytes.length + args);
    return ojob;
  }
}

function ojobOf({ text, sourceHash, args, rojob }: ParsedJob): PostedOJob {
  return { text: new RawJson(bufferOf(text!)), sourceHash, source: { args: argsOf(args!), rojob: rojob! } };
}

function argsOf(args: ParsedArgs): Record<string, unknown> | Args {
  return "value" in args ? args.value : new RawArgs(bufferOf(args.json), args.shown, args.async);
}

/** The memory of a large body, to be moved to a thread: its hashes are known, so its bytes are not needed here any more. */
function memoryOf({ buffer, length }: Buffer): ArrayBuffer[] {
  return length > MOST_ON_LOOP && length === buffer.byteLength ? [buffer as ArrayBuffer] : [];
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
