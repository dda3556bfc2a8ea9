import type { JsonPieces } from "./json-text.js";
import { RawJson } from "./raw-json.js";
import { textOf } from "./text-of.js";

/** Bytes up to which a map is parsed whole, with or without raw members. */
const SMALL = 64 * 1024;
const LONGEST_HEAD = 1000;
const HEAD = /^\{"raw":\{((?:"\w{1,40}":\d{1,12},?)+)\}/;

/**
 * JSON of a map, for files, brokers and peers. Members that are {@link RawJson} come first, as raw bytes, after a list
 * of their lengths: `{"raw":{"text":9,"args":2},"text":"an oJob","args":{},…}`. A reader need not parse them, and a
 * reader that does not know this form reads a map like any other.
 */
export function packed(map: object): JsonPieces {
  const entries = Object.entries(map);
  const raw = entries.filter((entry): entry is [string, RawJson] => entry[1] instanceof RawJson);
  if (raw.length === 0) return JSON.stringify(map);
  const sizes = Object.fromEntries(raw.map(([name, { bytes }]) => [name, bytes.length]));
  const pieces: Buffer[] = [];
  let plain = `{"raw":${JSON.stringify(sizes)}`;
  for (const [name, { bytes }] of raw) {
    pieces.push(Buffer.from(`${plain},${JSON.stringify(name)}:`), bytes);
    plain = "";
  }
  const rest = JSON.stringify(Object.fromEntries(entries.filter(([, value]) => !(value instanceof RawJson))));
  pieces.push(Buffer.from(rest === "{}" ? rest.slice(1) : `,${rest.slice(1)}`));
  return pieces;
}

/**
 * The reverse of {@link packed}: the raw members of a large map stay raw.
 * @throws SyntaxError when it is no JSON, TypeError when it is no map
 */
export function unpacked(bytes: Buffer): Record<string, unknown> {
  const cut = bytes.length > SMALL ? cutRaw(bytes) : undefined;
  const value: unknown = JSON.parse(cut?.rest ?? textOf(bytes));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("it is not a map");
  const { raw: _, ...members } = value as Record<string, unknown>;
  return { ...cut?.members, ...members };
}

/** Undefined when the list of lengths is missing, or does not match. */
function cutRaw(bytes: Buffer): { members: Record<string, RawJson>; rest: string } | undefined {
  const head = HEAD.exec(bytes.toString("latin1", 0, LONGEST_HEAD));
  if (head === null) return undefined;
  const members: Record<string, RawJson> = {};
  let at = head[0].length;
  for (const [, name, size] of head[1]!.matchAll(/"(\w+)":(\d+)/g)) {
    const begin = `,"${name}":`;
    if (bytes.toString("latin1", at, at + begin.length) !== begin) return undefined;
    at += begin.length;
    const member = bytes.subarray(at, at + Number(size));
    at += member.length;
    if (member.length !== Number(size) || !isEnclosed(member)) return undefined;
    members[name!] = new RawJson(member);
  }
  const next = String.fromCharCode(bytes[at] ?? 0);
  if (next !== "," && next !== "}") return undefined;
  return { members, rest: `{${textOf(bytes.subarray(next === "," ? at + 1 : at))}` };
}

/** Does it begin and end like a text or a map? */
function isEnclosed(json: Buffer): boolean {
  const ends = `${String.fromCharCode(json[0] ?? 0)}${String.fromCharCode(json.at(-1) ?? 0)}`;
  return json.length > 1 && (ends === '""' || ends === "{}");
}
