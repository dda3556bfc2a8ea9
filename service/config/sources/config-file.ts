import { readFileSync } from "node:fs";
import { basename } from "node:path";
import yaml from "js-yaml";
import { yamlSchema } from "../../runtime/lib/text/yaml-schema.js";
import { SCHEDULES_SECTION } from "../schedules/fields.js";
import { optionSpec } from "../schema.js";
import { findOption, type Given, type Origin, type Source, unknownOption } from "./given.js";

/** Name of the config file in the working folder when CONFIG names no other. */
export const DEFAULT_CONFIG_FILE = "rojob.config.yaml";

/** Entry of the config file about the deployment instead of the node. */
export const DEPLOY_SECTION = "deploy";

/**
 * Reads a config file: YAML or JSON, a map from option to value.
 * @param path absolute
 * @param named the option that names the file; undefined: a missing file is no problem
 */
export function readConfigFile(path: string, named?: Given): Source {
  const source: Source = { given: new Map(), problems: [] };
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && named === undefined) return source;
    const reason = code === "ENOENT" ? "the file does not exist" : code === "EISDIR" ? "it is a folder" : message;
    source.problems.push(
      `CONFIG: ${JSON.stringify(path)} (${named?.origin.text ?? "working folder"}) cannot be read: ${reason}`,
    );
    return source;
  }
  const file = basename(path);
  try {
    for (const entry of topLevelEntries(text))
      addEntry(source, entry, { kind: "config file", text: `${file}:${entry.line}` }, text);
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
  /** Line of the key, from 1. */
  line: number;
}

interface Node {
  line: number;
  value?: unknown;
  children: Node[];
}

/** The entries of the map at the top of a YAML text. Scalars stay text (`0123` may be a key). */
function topLevelEntries(text: string): Entry[] {
  const open: Node[] = [];
  const maps = new Map<unknown, Node>();
  const document: unknown = yaml.load(text, {
    schema: yaml.FAILSAFE_SCHEMA,
    listener(event, state) {
      if (event === "open") {
        open.push({ line: state.line + 1, children: [] });
        return;
      }
      const node = open.pop()!;
      node.value = state.result;
      open.at(-1)?.children.push(node);
      // The parser opens a `{…}` at the root twice: the inner one has the entries.
      if (typeof node.value === "object" && !maps.has(node.value)) maps.set(node.value, node);
    },
  });
  if (document === undefined || document === null) return [];
  if (typeof document !== "object" || Array.isArray(document)) {
    throw new yaml.YAMLException(
      `expected "NAME: value" lines, found ${Array.isArray(document) ? "a list" : "a text"}`,
    );
  }
  // Keys and values come in turn.
  const keys = maps.get(document)?.children.filter((_, index) => index % 2 === 0) ?? [];
  return keys.map(({ value, line }) => {
    const key = String(value);
    return { key, line, value: (document as Record<string, unknown>)[key] };
  });
}

function addEntry(source: Source, { key, value }: Entry, origin: Origin, text: string): void {
  if (key === SCHEDULES_SECTION) {
    // Arguments and oJobs have numbers and the like, as job files have.
    source.schedules = { value: (yaml.load(text, { schema: yamlSchema }) as Record<string, unknown>)[key], origin };
    return;
  }
  if (key === DEPLOY_SECTION) {
    source.deploy = { value, origin };
    return;
  }
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
