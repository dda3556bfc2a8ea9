import type { OptionValue, ValueSpec } from "../option-spec.js";
import type { Config } from "../schema.js";

/** Input of computed defaults of the deployment. */
export interface DeployFacts {
  /** Options of the node. */
  config: Config;
  /** Version of this program. */
  version: string;
  /** Value of an entry declared earlier. */
  get(name: string): OptionValue | undefined;
  /** Was the entry given, rather than left to its default? */
  isGiven(name: string): boolean;
}

/** One entry of the deployment section; `cpu` is text like `2`, `0.5` or `500m`. */
export interface DeploySpec extends ValueSpec {
  /** One or two sentences for a user, ending in a full stop. */
  help: string;
  /** Undefined: the entry has no value unless it is given. */
  default?: OptionValue | ((facts: DeployFacts) => OptionValue | undefined);
  /** The default in words, when it is computed. */
  defaultText?: string;
  /** Kubernetes' spelling of the choices: any case is accepted, and editors should know them. */
  spellings?: readonly string[];
}

/** An entry that is a map or a list; absent by default. */
export interface StructureSpec {
  help: string;
  /** JSON Schema for editors; `read` checks the same and says it in words. */
  schema: object;
  /** Numbers and booleans inside keep their types; otherwise every scalar is a text. */
  isTyped?: boolean;
  /**
   * Checks and settles the value from YAML.
   * @throws WrongValue that starts with the place inside, when there is one: `.team: must be …`
   */
  read(value: unknown): unknown;
}

/** Thousandths of a CPU, from a text like `2`, `0.5` or `500m`. */
export function milliCpus(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) : Math.round(Number(text) * 1000);
}
