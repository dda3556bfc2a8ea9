import { maskSecrets } from "../mask-secrets.js";
import { textOf } from "./text-of.js";

/**
 * JSON that is passed on as raw bytes: the node never parses it, as it may be large. Serialising an object that holds
 * one gives the right text by `toJSON`, in the usual time; {@link jsonPieces} takes none.
 */
export class RawJson {
  /** @param bytes valid JSON in UTF-8 */
  constructor(readonly bytes: Buffer) {}

  toJSON(): unknown {
    return JSON.parse(textOf(this.bytes));
  }
}

/** Arguments of a run as raw JSON (a map), with the parts that the node needs. */
export class RawArgs extends RawJson {
  constructor(
    bytes: Buffer,
    /** Their form in records. */
    readonly shown: Record<string, unknown>,
    /** Their `__async`. */
    readonly async: unknown,
  ) {
    super(bytes);
  }
}

/** Is the oJob's text, or are the arguments raw? */
export function hasRaw({ text, args }: { text: unknown; args: unknown }): boolean {
  return text instanceof RawJson || args instanceof RawJson;
}

/**
 * JSON of a map whose members may be raw, in pieces: the raw members are pieces of their own. Room for another copy of
 * 10 MB can take the event loop a tenth of a second.
 */
export function jsonPieces(map: object): Buffer[] {
  const pieces: Buffer[] = [];
  let plain = "{";
  for (const [name, value] of Object.entries(map)) {
    const text = value instanceof RawJson ? "" : JSON.stringify(value);
    if (text === undefined) continue;
    plain += `${plain === "{" && pieces.length === 0 ? "" : ","}${JSON.stringify(name)}:${text}`;
    if (!(value instanceof RawJson)) continue;
    pieces.push(Buffer.from(plain), value.bytes);
    plain = "";
  }
  pieces.push(Buffer.from(`${plain}}`));
  return pieces;
}

/** Merges arguments: for a name in both the second value counts. */
export function mergedArgs<T extends Readonly<Record<string, unknown>> | RawArgs>(
  first: T,
  second: T,
): Record<string, unknown> | RawArgs {
  if (!(first instanceof RawArgs) && !(second instanceof RawArgs)) return { ...first, ...second };
  const shown = { ...shownOf(first), ...shownOf(second) };
  const async = asyncOf(second) ?? asyncOf(first);
  return new RawArgs(joined(bytesOf(first), bytesOf(second)), shown, async);
}

/**
 * For a name that is in a JSON map twice the later value counts (ECMA-262, `JSON.parse`), at the position of the first.
 */
function joined(first: Buffer, second: Buffer): Buffer {
  if (second.length <= EMPTY) return first;
  if (first.length <= EMPTY) return second;
  return Buffer.concat([first.subarray(0, -1), COMMA, second.subarray(1)]);
}

const EMPTY = "{}".length;
const COMMA = Buffer.from(",");

function bytesOf(args: Readonly<Record<string, unknown>> | RawArgs): Buffer {
  return args instanceof RawArgs ? args.bytes : Buffer.from(JSON.stringify(args));
}

function shownOf(args: Readonly<Record<string, unknown>> | RawArgs): Record<string, unknown> {
  return args instanceof RawArgs ? args.shown : maskSecrets(args);
}

function asyncOf(args: Readonly<Record<string, unknown>> | RawArgs): unknown {
  return args instanceof RawArgs ? args.async : args.__async;
}
