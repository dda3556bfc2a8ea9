import type { OptionValue, ValueSpec } from "../option.js";
import type { Config } from "../schema.js";

/** What defaults of the deployment depend on. */
export interface DeployFacts {
  /** Options of the node. */
  config: Config;
  /** Of this program. */
  version: string;
  /** Value of an entry declared earlier. */
  get(name: string): OptionValue | undefined;
}

/** One entry of the deployment section; `cpu` is text like `2`, `0.5` or `500m`. */
export interface DeploySpec extends ValueSpec {
  /** One or two sentences for a user, ending in a full stop. */
  help: string;
  /** Left out: the entry has no value unless it is given one. */
  default?: OptionValue | ((facts: DeployFacts) => OptionValue | undefined);
  /** The default in words, when it is computed. */
  defaultText?: string;
}

/** Thousandths of a CPU that a text like `2`, `0.5` or `500m` means. */
export function milliCpus(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) : Math.round(Number(text) * 1000);
}
