import yaml from "js-yaml";
import { nearestName } from "../../base/nearest.js";
import type { OptionValue } from "../option-spec.js";
import { parseValue, WrongValue } from "../parse-value.js";
import { DEPLOY_SECTION } from "../sources/config-file.js";
import type { Given, Origin, Section } from "../sources/given.js";
import { deployNames, deployOptions, deployStructures } from "./deploy-options.js";
import type { DeployFacts } from "./deploy-spec.js";

/** The given entries of the deployment, and problems with the rest. */
export interface DeploySource {
  /** At most one text per entry, by dotted name. */
  given: Map<string, Given>;
  /** Maps and lists, settled, by dotted name. */
  structures: Map<string, unknown>;
  problems: string[];
}

/** The settled entries by dotted name, and the source of each. */
export interface DeployValues {
  values: ReadonlyMap<string, OptionValue>;
  structures: ReadonlyMap<string, unknown>;
  given: ReadonlyMap<string, Given>;
}

/** The section of the config file; `typed` is the same with types of numbers and booleans. */
export type DeploySection = Section & { typed?: unknown };

/**
 * Reads the deployment section of a config file.
 * @param settings texts with precedence over it, by dotted name without the section's
 * @param cwd base of relative paths
 */
export function readDeploy(
  section: DeploySection | undefined,
  settings: ReadonlyMap<string, Given>,
  cwd: string,
): DeploySource {
  const source: DeploySource = { given: new Map(), structures: new Map(), problems: [] };
  if (section !== undefined) collect(source, "", section.value, section.typed, section.origin);
  for (const [name, { text, origin }] of settings) {
    const parent = Object.keys(deployStructures).find((known) => name.startsWith(`${known}.`));
    if (parent !== undefined && !deployStructures[parent]!.isTyped) addText(source, parent, name, text, origin);
    else collect(source, name, text, text, origin);
  }
  for (const [name, given] of source.given) checkText(source, name, given, cwd);
  return source;
}

/** Adds a problem for a text that cannot be the entry's value. */
function checkText(source: DeploySource, name: string, { text, origin }: Given, cwd: string): void {
  const spec = deployOptions[name];
  if (spec === undefined) return;
  try {
    parseValue(spec, text, cwd);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    source.problems.push(`${full(name)}: ${JSON.stringify(text)} (${origin.text}) ${error.message}`);
    source.given.delete(name);
  }
}

function collect(source: DeploySource, name: string, value: unknown, typed: unknown, origin: Origin): void {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  const isEmpty = value === null || value === "" || value === "~" || value === "null";
  const children = childrenOf(name);
  if (Object.hasOwn(deployStructures, name)) {
    if (!isEmpty) addStructure(source, name, value, typed, origin);
  } else if (Object.hasOwn(deployOptions, name)) {
    if (typeof value !== "string") {
      const found = isMap ? "a map" : "a list";
      source.problems.push(`${full(name)}: ${found} (${origin.text}) must be one value`);
    } else if (!isEmpty) source.given.set(name, { text: value, origin });
  } else if (children.length === 0) {
    source.problems.push(unknown(name, origin));
  } else if (isMap) {
    for (const [key, child] of Object.entries(value)) {
      const childTyped = (typed as Record<string, unknown> | undefined)?.[key];
      collect(source, name === "" ? key : `${name}.${key}`, child, childTyped, origin);
    }
  } else if (!isEmpty) {
    source.problems.push(`${full(name)}: must be a map of ${children.join(", ")} (${origin.text})`);
  }
}

function addStructure(source: DeploySource, name: string, value: unknown, typed: unknown, origin: Origin): void {
  const { isTyped, read } = deployStructures[name]!;
  try {
    const wanted = isTyped ? typed : value;
    const structure = read(typeof value === "string" ? parseText(value, isTyped === true) : wanted);
    source.structures.set(name, structure);
    source.given.set(name, { text: JSON.stringify(structure), origin });
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    source.problems.push(`${full(name)}${error.message} (${origin.text})`);
  }
}

/** `--set deploy.labels.team=x`: one entry of a map, beside those of the config file. */
function addText(source: DeploySource, parent: string, name: string, text: string, origin: Origin): void {
  const others = (source.structures.get(parent) ?? {}) as Record<string, string>;
  addStructure(source, parent, { ...others, [name.slice(parent.length + 1)]: text }, undefined, origin);
}

function parseText(text: string, isTyped: boolean): unknown {
  try {
    return yaml.load(text, { schema: isTyped ? yaml.CORE_SCHEMA : yaml.FAILSAFE_SCHEMA });
  } catch (error) {
    if (!(error instanceof yaml.YAMLException)) throw error;
    throw new WrongValue(`: ${JSON.stringify(text)} is not YAML: ${error.reason}`);
  }
}

/** The allowed keys under a name. */
function childrenOf(name: string): string[] {
  const start = name === "" ? "" : `${name}.`;
  const below = deployNames.filter((known) => known.startsWith(start)).map((known) => known.slice(start.length));
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
 * Settles every entry of the deployment: the given value, or the default.
 * @param cwd base of relative paths
 */
export function settleDeploy(
  { given, structures }: DeploySource,
  facts: Pick<DeployFacts, "config" | "version">,
  cwd: string,
): DeployValues {
  const values = new Map<string, OptionValue>();
  const settled = new Set<string>();
  // Defaults read other entries, which are settled on first use.
  const get = (name: string): OptionValue | undefined => {
    if (!settled.has(name)) {
      settled.add(name);
      const value = settle(name);
      if (value !== undefined) values.set(name, value);
    }
    return values.get(name);
  };
  const settle = (name: string): OptionValue | undefined => {
    const spec = deployOptions[name]!;
    const byDefault =
      typeof spec.default === "function"
        ? spec.default({ ...facts, get, isGiven: (other) => given.has(other) })
        : spec.default;
    const text = given.get(name)?.text ?? byDefault;
    return typeof text === "string" ? parseValue(spec, text, cwd) : text;
  };
  for (const name of Object.keys(deployOptions)) get(name);
  return { values, structures, given };
}
