import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type OptionName, optionNames, optionSpec } from "../schema.js";
import type { Source } from "./given.js";

/** Reads the variables with the exact name of an option. An empty one counts as absent: Compose files pass those. */
export function readEnvironment(env: NodeJS.ProcessEnv): Source {
  const source: Source = { given: new Map(), problems: [] };
  for (const name of optionNames) {
    const text = env[name];
    if (text) source.given.set(name, { text, origin: { kind: "environment", text: "environment" } });
  }
  return source;
}

/** Can NAME_FILE name a file that holds the option's value? Not for paths: LOG_FILE would read as a log file's name. */
export function hasVariableFile(name: OptionName): boolean {
  const { type } = optionSpec(name);
  return type !== "folder" && type !== "file";
}

/** Reads the files that variables `NAME_FILE` name: Swarm and Kubernetes pass secrets that way. */
export function readVariableFiles(env: NodeJS.ProcessEnv, cwd: string, wanted: (name: OptionName) => boolean): Source {
  const source: Source = { given: new Map(), problems: [] };
  for (const name of optionNames) {
    const variable = `${name}_FILE`;
    const path = env[variable];
    if (!path || !hasVariableFile(name) || !wanted(name)) continue;
    try {
      const text = readFileSync(resolve(cwd, path), "utf8").replace(/\r?\n$/, "");
      if (text === "") source.problems.push(`${name}: the file ${path} (environment ${variable}) is empty`);
      else source.given.set(name, { text, origin: { kind: "variable file", text: `file of ${variable}` } });
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : (error as Error).message;
      source.problems.push(`${name}: the file ${path} (environment ${variable}) cannot be read: ${reason}`);
    }
  }
  return source;
}
