import { nearestName } from "../nearest.js";
import type { OptionValue } from "../option.js";
import { parseValue, WrongValue } from "../parse.js";
import { DEPLOY_SECTION } from "../sources/config-file.js";
import type { Given, Origin, Section } from "../sources/given.js";
import type { DeployFacts } from "./option.js";
import { deployOptions } from "./options.js";

const names = Object.keys(deployOptions);

/** What is said of the deployment: at most one text an entry, by dotted name, and what is wrong with the rest. */
export interface DeploySource {
  given: Map<string, Given>;
  problems: string[];
}

/** The settled entries by dotted name, and where each comes from. */
export interface DeployValues {
  values: ReadonlyMap<string, OptionValue>;
  given: ReadonlyMap<string, Given>;
}

/**
 * Reads the deployment section of a config file.
 * @param settings texts that go before it, by dotted name without the section's
 */
export function readDeploy(section: Section | undefined, settings: ReadonlyMap<string, Given>): DeploySource {
  const source: DeploySource = { given: new Map(), problems: [] };
  if (section !== undefined) collect(source, "", section.value, section.origin);
  for (const [name, { text, origin }] of settings) collect(source, name, text, origin);
  return source;
}

function collect(source: DeploySource, name: string, value: unknown, origin: Origin): void {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  const isEmpty = value === null || value === "" || value === "~" || value === "null";
  const children = childrenOf(name);
  if (Object.hasOwn(deployOptions, name)) {
    if (typeof value !== "string") {
      const found = isMap ? "a map" : "a list";
      source.problems.push(`${full(name)}: ${found} (${origin.text}) must be one value`);
    } else if (!isEmpty) source.given.set(name, { text: value, origin });
  } else if (children.length === 0) {
    source.problems.push(unknown(name, origin));
  } else if (isMap) {
    for (const [key, child] of Object.entries(value)) {
      collect(source, name === "" ? key : `${name}.${key}`, child, origin);
    }
  } else if (!isEmpty) {
    source.problems.push(`${full(name)}: must be a map of ${children.join(", ")} (${origin.text})`);
  }
}

/** The keys that may stand under a name. */
function childrenOf(name: string): string[] {
  const start = name === "" ? "" : `${name}.`;
  const below = names.filter((known) => known.startsWith(start)).map((known) => known.slice(start.length));
  return [...new Set(below.map((rest) => rest.split(".")[0]!))];
}

function unknown(name: string, origin: Origin): string {
  const parts = name.split(".");
  while (childrenOf(parts.slice(0, -1).join(".")).length === 0) parts.pop();
  const key = parts.at(-1)!;
  const parent = parts.slice(0, -1).join(".");
  const known = childrenOf(parent);
  if (known.includes(key)) return `${full(name)}: ${full(parts.join("."))} is one value, not a map (${origin.text})`;
  const nearest = nearestName(key, known);
  const hint = nearest === undefined ? "" : `did you mean ${nearest}? `;
  return `${full(parts.join("."))}: unknown key (${origin.text}); ${hint}${full(parent)} takes ${known.join(", ")}`;
}

/** A dotted name as it stands in the config file. */
export function full(name: string): string {
  return name === "" ? DEPLOY_SECTION : `${DEPLOY_SECTION}.${name}`;
}

/**
 * Settles every entry of the deployment: what is given, or the default.
 * @param cwd folder that relative paths start at
 * @param problems gets a line for each value that cannot be
 */
export function settleDeploy(
  { given }: DeploySource,
  facts: Pick<DeployFacts, "config" | "version">,
  cwd: string,
  problems: string[],
): DeployValues {
  const values = new Map<string, OptionValue>();
  for (const [name, spec] of Object.entries(deployOptions)) {
    const own = given.get(name);
    try {
      const byDefault =
        typeof spec.default === "function" ? spec.default({ ...facts, get: (key) => values.get(key) }) : spec.default;
      const text = own?.text ?? byDefault;
      if (text !== undefined) values.set(name, typeof text === "string" ? parseValue(spec, text, cwd) : text);
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      problems.push(`${full(name)}: ${JSON.stringify(own?.text)} (${own?.origin.text ?? "default"}) ${error.message}`);
    }
  }
  return { values, given };
}
