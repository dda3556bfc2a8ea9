import { nearestName } from "../../base/nearest.js";
import { MASK } from "../config-error.js";
import { type OptionName, optionNames, optionSpec } from "../schema.js";

/** Kind of the source of a value, the strongest first. */
export type OriginKind = "argument" | "environment" | "variable file" | "config file" | "default";

export interface Origin {
  kind: OriginKind;
  /** In words: `argument`, `environment`, `file of APIKEY_FILE`, `rojob.config.yaml:3`, `default`. */
  text: string;
}

/** An option's text from one source. */
export interface Given {
  text: string;
  origin: Origin;
}

/** The texts of one source: at most one per option; and problems with the rest. */
export interface Source {
  given: Map<OptionName, Given>;
  problems: string[];
  /** The deployment section of a config file, which nodes ignore. */
  deploy?: Section;
  /** The schedules of a config file. */
  schedules?: Section;
}

/** A map inside a config file. */
export interface Section {
  value: unknown;
  origin: Origin;
}

const byLowerCase = new Map(optionNames.map((name) => [name.toLowerCase(), name]));

/** The option with this name, in any case. */
export function findOption(name: string): OptionName | undefined {
  return byLowerCase.get(name.toLowerCase());
}

/**
 * The message for a name that is no option. Does not repeat a value that may be a secret.
 * @param value its value, when there is one
 */
export function unknownOption(name: string, value: string | undefined, origin: Origin): string {
  const nearest = nearestName(name, optionNames) as OptionName | undefined;
  const isSecret =
    /key|secret|token|pass/i.test(name) || (nearest !== undefined && optionSpec(nearest).secret === true);
  const shown = value === undefined ? "" : `, value ${isSecret ? MASK : JSON.stringify(value)}`;
  const hint = nearest === undefined ? `\`rojob start --help\` lists the options` : `did you mean ${nearest}?`;
  return `${name}: unknown option (${origin.text}${shown}); ${hint}`;
}

/** The message for an invalid value. */
export function wrongValue(name: OptionName, given: Given, whatIsRight: string): string {
  return `${name}: ${showText(name, given.text)} (${given.origin.text}) ${whatIsRight}`;
}

/** A text in quotes, or the mask. */
export function showText(name: OptionName, text: string): string {
  return optionSpec(name).secret ? MASK : JSON.stringify(text);
}
