import { readFileSync } from "node:fs";
import { basename } from "node:path";
import yaml from "js-yaml";
import { optionSpec } from "../schema.js";
import { findOption, type Given, type Origin, type Source, unknownOption } from "./given.js";

/** Looked for in the working folder when CONFIG names no other. */
export const DEFAULT_CONFIG_FILE = "rojob.config.yaml";

/**
 * Reads a config file: YAML or JSON, a map from option to value.
 * @param path absolute
 * @param named by what the file was asked for; left out: a file that does not exist says nothing
 */
export function readConfigFile(path: string, named?: Given): Source {
  const source: Source = { given: new Map(), problems: [] };
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && named === undefined) return source;
    const reason = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
    source.problems.push(
      `CONFIG: ${JSON.stringify(path)} (${named?.origin.text ?? "working folder"}) cannot be read: ${reason}`,
    );
    return source;
  }
  const file = basename(path);
  try {
    for (const entry of topLevelEntries(text))
      addEntry(source, entry, { kind: "config file", text: `${file}:${entry.line}` });
  } catch (error) {
    if (!(error instanceof yaml.YAMLException)) throw error;
    // The exception's own message quotes the file, secrets included.
    const line = (error.mark?.line ?? 0) + 1;
    source.problems.push(`CONFIG: ${file}:${line} is not a YAML map of options: ${error.reason}`);
  }
  return source;
}

interface Entry {
  key: string;
  value: unknown;
  /** Of the key, from 1. */
  line: number;
}

/** The entries of the map a YAML text is. Scalars stay text (`0123` may be a key). */
function topLevelEntries(text: string): Entry[] {
  const keys: { key: string; line: number }[] = [];
  let depth = 0;
  let nodes = 0;
  let line = 1;
  // Below the root, keys and values come in turn.
  const document: unknown = yaml.load(text, {
    schema: yaml.FAILSAFE_SCHEMA,
    listener(event, state) {
      if (event === "open") {
        if (++depth === 2 && nodes % 2 === 0) line = state.line + 1;
      } else if (depth-- === 2 && nodes++ % 2 === 0) keys.push({ key: String(state.result), line });
    },
  });
  if (document === undefined || document === null) return [];
  if (typeof document !== "object" || Array.isArray(document)) {
    throw new yaml.YAMLException(
      `expected "NAME: value" lines, found ${Array.isArray(document) ? "a list" : "a text"}`,
    );
  }
  return keys.map(({ key, line }) => ({ key, line, value: (document as Record<string, unknown>)[key] }));
}

function addEntry(source: Source, { key, value }: Entry, origin: Origin): void {
  const name = findOption(key);
  const isText = typeof value === "string";
  if (name === undefined) {
    source.problems.push(unknownOption(key, isText ? value : undefined, origin));
  } else if (optionSpec(name).notInFile) {
    source.problems.push(
      `${name}: cannot be set in a config file (${origin.text}); use an argument or the environment`,
    );
  } else if (source.given.has(name)) {
    source.problems.push(`${name}: given twice (${source.given.get(name)!.origin.text} and ${origin.text})`);
  } else if (value === null || value === "" || value === "~" || value === "null") {
    return; // an entry without a value leaves the option as it is
  } else if (!isText) {
    const found = Array.isArray(value) ? "a list" : "a map";
    source.problems.push(`${name}: ${found} (${origin.text}) must be one value`);
  } else source.given.set(name, { text: value, origin });
}
