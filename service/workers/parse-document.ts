import { hash } from "node:crypto";
import yaml from "js-yaml";
import { Positions } from "../base/yaml-positions.js";
import type { ParsedYaml } from "../runtime/base/host.js";
import { yamlSchema } from "../runtime/lib/text/yaml-schema.js";
import { codeLines } from "./code-lines.js";

const parsed = new Map<string, string>();
const MAX_PARSED = 500;
/** Most nodes of a document once its aliases are followed. */
const MAX_NODES = 2_000_000;

/**
 * JSON of {@link ParsedYaml} of a YAML text, or of a JSON text where the file's name says so; parsed once per text.
 * @throws Error of code `EYAML` or `EJSON`, with the 1-based `line` when it is known
 */
export function parseDocument(text: string, file: string): string {
  const key = hash("sha256", `${file}\0${text}`, "base64");
  let json = parsed.get(key);
  if (json === undefined) {
    json = JSON.stringify(/\.js(on)?$/i.test(file) ? parseJson(text) : parseYaml(text));
    if (parsed.size >= MAX_PARSED) parsed.delete(parsed.keys().next().value!);
    parsed.set(key, json);
  }
  return json;
}

function parseJson(text: string): ParsedYaml {
  try {
    return { docs: [checked(JSON.parse(text))], hasDates: false, lines: {} };
  } catch (error) {
    throw Object.assign(new Error((error as Error).message), { code: "EJSON" });
  }
}

function parseYaml(text: string): ParsedYaml {
  const positions = new Positions(text);
  const docs: unknown[] = [];
  try {
    // The listener gets the begin of each node; @types/js-yaml does not know that it gets the loader's state.
    const listener = positions.listener as yaml.LoadOptions["listener"];
    yaml.loadAll(text, (doc) => docs.push(doc), { schema: yamlSchema, listener });
    for (const doc of docs) checked(doc);
  } catch (error) {
    const mark = (error as yaml.YAMLException).mark as { line: number } | undefined;
    const place = mark === undefined ? {} : { line: mark.line + 1 };
    throw Object.assign(new Error((error as Error).message), { code: "EYAML", ...place });
  }
  const lines = docs.length === 1 ? codeLines(docs[0], positions) : {};
  return { ...withoutDates(docs), lines };
}

/** Refuses documents that are blown up by aliases or contain themselves, and keys that change prototypes. */
function checked(doc: unknown): unknown {
  const sizes = new Map<object, number>();
  const sizeOf = (value: unknown): number => {
    if (typeof value !== "object" || value === null || value instanceof Date) return 1;
    const known = sizes.get(value);
    if (known === Number.POSITIVE_INFINITY) throw new Error("an alias stands inside of what it stands for");
    if (known !== undefined) return known;
    sizes.set(value, Number.POSITIVE_INFINITY);
    if (Object.hasOwn(value, "__proto__")) throw new Error('the key "__proto__" is not allowed');
    let size = 1;
    for (const member of Object.values(value)) size += sizeOf(member);
    if (size > MAX_NODES) throw new Error(`aliases make it larger than ${MAX_NODES} values`);
    sizes.set(value, size);
    return size;
  };
  sizeOf(doc);
  return doc;
}

/** The documents with `{ "$date": ms }` for dates: JSON has none. */
function withoutDates(docs: unknown[]): { docs: unknown[]; hasDates: boolean } {
  let hasDates = false;
  const json = JSON.stringify(docs, function replace(this: any, key: string, value: unknown): unknown {
    const original = this[key];
    if (!(original instanceof Date)) return value;
    hasDates = true;
    return { $date: original.getTime() };
  });
  return { docs: hasDates ? (JSON.parse(json) as unknown[]) : docs, hasDates };
}
