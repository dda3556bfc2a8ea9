import { createHash } from "node:crypto";
import yaml from "js-yaml";
import type { ParsedYaml } from "../runtime/host.js";

const parsed = new Map<string, string>();
const MAX_PARSED = 500;

/** JSON of {@link ParsedYaml}; parsed once per text. */
export function parseDocument(text: string, file: string): string {
  const key = createHash("sha256").update(file).update("\0").update(text).digest("base64");
  let json = parsed.get(key);
  if (json === undefined) {
    const docs: unknown[] = [];
    yaml.loadAll(text, (doc) => docs.push(doc), { filename: file });
    json = JSON.stringify({ docs, lines: {} } satisfies ParsedYaml);
    if (parsed.size >= MAX_PARSED) parsed.delete(parsed.keys().next().value!);
    parsed.set(key, json);
  }
  return json;
}
