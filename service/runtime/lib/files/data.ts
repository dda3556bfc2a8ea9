import { passInterrupt } from "../../base/scheduler.js";
import { decode, encode } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { jsonParse, stringify } from "../data/json.js";
import { fromToml, toToml } from "../data/toml.js";
import { fromYaml, toYaml } from "../data/yaml.js";
import { FileInput } from "../streams/files.js";
import { InputStream } from "../streams/input.js";
import { OutputStream } from "../streams/output.js";
import { readLines } from "../streams/reader.js";
import { readBytes } from "./bytes.js";
import { readText, writeText } from "./text.js";

/** Files that hold values: JSON, YAML, TOML, and JSON line by line. */

/** Parses strictly. @throws JavaException `com.google.gson.JsonSyntaxException` on anything but JSON */
export function readStrict(file: unknown, encoding?: string): unknown {
  const text = decode(readBytes(file), encoding);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JavaException("com.google.gson.JsonSyntaxException", (error as Error).message);
  }
}

/** Characters that must not appear in HTML are written as escapes in this form only. */
const htmlEscapes: Record<string, string> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "=": "\\u003d",
  "'": "\\u0027",
};

/** Compact JSON without null members, and safe inside HTML. */
export function writeStrict(file: unknown, value: unknown, encoding?: string, append?: boolean): void {
  if (Array.isArray(value) || typeof value !== "object" || value === null)
    throw new JavaException(
      "com.google.gson.JsonSyntaxException",
      "Expected a com.google.gson.JsonObject but was another value; at path $",
    );
  const text = JSON.stringify(value, (_key, member) =>
    member !== null && typeof member === "object" && !Array.isArray(member) ? withoutNulls(member) : member,
  );
  writeText(
    file,
    text.replace(/[<>&='\u2028\u2029]/g, (char) => htmlEscapes[char] ?? escapeOf(char)),
    encoding,
    append,
  );
}

function withoutNulls(map: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
}

function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

export function writeLine(target: unknown, value: unknown, encoding?: string): void {
  const line = `${stringify(value, undefined, "")}\n`;
  if (target instanceof OutputStream) target.put(encode(line));
  else writeText(target, line, encoding, true);
}

export function readLineValues(
  source: unknown,
  take: (value: unknown) => unknown,
  onError?: (error: unknown) => void,
  encoding?: string,
): void {
  const stream = source instanceof InputStream ? source : new FileInput(source);
  try {
    readLines(
      stream,
      (line) => {
        try {
          return take(jsonParse(line, true));
        } catch (error) {
          passInterrupt(error);
          // Without a function to give it to, OpenAF fails here too.
          if (typeof onError !== "function") throw error;
          onError(error);
          return undefined;
        }
      },
      "\n",
      encoding,
    );
  } finally {
    stream.close();
  }
}

/** Walks a JSON file and keeps the values whose path (`$.a[0].b`) `wanted` agrees to. */
export function readParts(file: unknown, wanted: (path: string) => unknown = () => true): unknown {
  const root = jsonParse(readText(file), true);
  const keep = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      const parts: unknown[] = [];
      for (const [index, entry] of value.entries()) {
        const part = keep(entry, `${path}[${index}]`);
        if (part !== undefined) parts[index] = part;
      }
      return parts.length === 0 ? undefined : parts;
    }
    if (value !== null && typeof value === "object") {
      const parts: Record<string, unknown> = {};
      for (const key of Object.keys(value)) {
        const part = keep((value as Record<string, unknown>)[key], `${path}.${key}`);
        if (part !== undefined) parts[key] = part;
      }
      return Object.keys(parts).length === 0 ? undefined : parts;
    }
    return wanted(path) ? value : undefined;
  };
  return keep(root, "$") ?? {};
}

export const readFileJSON = (file: unknown) => jsonParse(readText(file), true);

export const writeFileJSON = (file: unknown, value: unknown, space?: string | number) =>
  writeText(file, stringify(value, undefined, space));

export const readFileYAML = (file: unknown) => fromYaml(readText(file));

export const writeFileYAML = (file: unknown, value: unknown, multi?: boolean) => writeText(file, toYaml(value, multi));

export const readFileTOML = (file: unknown) => fromToml(readText(file));

export const writeFileTOML = (file: unknown, value: unknown) => writeText(file, toToml(value));
