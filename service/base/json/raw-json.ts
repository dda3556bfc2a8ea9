import { maskSecrets } from "../mask-secrets.js";
import { textOf } from "./text-of.js";

/**
 * JSON that is passed on as the bytes it is: the node never makes the value of it, which may be large. Whatever
 * serialises an object that holds one gets the right text by `toJSON`, in the time that takes; {@link jsonPieces} takes
 * none.
 */
export class RawJson {
  /** @param bytes sound JSON in UTF-8 */
  constructor(readonly bytes: Buffer) {}

  toJSON(): unknown {
    return JSON.parse(textOf(this.bytes));
  }
}

/** Arguments of a run as raw JSON (a map), with what the node itself has to know of them. */
export class RawArgs extends RawJson {
  constructor(
    bytes: Buffer,
    /** What records show of them. */
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
 * JSON of a map whose members may be raw, in pieces: the raw members are pieces of their own. Room for another copy of 10 MB
 * can take the event loop a tenth of a second.
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

/** Arguments over others: of a name in both those of the second count. */
export function mergedArgs<T extends Readonly<Record<string, unknown>> | RawArgs>(
  first: T,
  second: T,
): Record<string, unknown> | RawArgs {
  if (!(first instanceof RawArgs) && !(second instanceof RawArgs)) return { ...first, ...second };
  const shown = { ...shownOf(first), ...shownOf(second) };
  const async = asyncOf(second) ?? asyncOf(first);
  return new RawArgs(joined(bytesOf(first), bytesOf(second)), shown, async);
}

/** Of a name that stands in a JSON map twice the later value counts (ECMA-262, `JSON.parse`), at the place of the first. */
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
