import type { OptionSpec } from "./option-spec.js";
import { access } from "./options/access.js";
import { cluster } from "./options/cluster.js";
import { folders } from "./options/folders.js";
import { log } from "./options/log.js";
import { network } from "./options/network.js";
import { runs } from "./options/runs.js";
import { store } from "./options/store.js";
import { workers } from "./options/workers.js";

/**
 * THE schema: every option of a node. Parsing, `--help`, the README's table, the JSON Schema and the example of the
 * config file come from it.
 */
export const options = {
  ...network,
  ...access,
  ...folders,
  ...runs,
  ...store,
  ...workers,
  ...cluster,
  ...log,
} as const;

type Options = typeof options;

export type OptionName = keyof Options;

type ValueOf<Option> = Option extends { choices: readonly (infer Choice)[] }
  ? Choice
  : Option extends { type: "boolean" }
    ? boolean
    : Option extends { type: "integer" | "bytes" }
      ? number
      : string;

/** The settled options of a node, by name. Those without a default may be undefined. */
export type Config = {
  readonly [Name in OptionName]: Options[Name] extends { default: unknown }
    ? ValueOf<Options[Name]>
    : ValueOf<Options[Name]> | undefined;
};

export const optionNames = Object.keys(options) as OptionName[];

/** The entry of an option, without its literal types. */
export function optionSpec(name: OptionName): OptionSpec {
  return options[name];
}
