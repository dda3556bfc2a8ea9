import type { OptionValue, ValueSpec } from "../option-spec.js";
import type { Config } from "../schema.js";

/** What defaults of the deployment depend on. */
export interface DeployFacts {
  /** Options of the node. */
  config: Config;
  /** Of this program. */
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
  /** Left out: the entry has no value unless it is given one. */
  default?: OptionValue | ((facts: DeployFacts) => OptionValue | undefined);
  /** The default in words, when it is computed. */
  defaultText?: string;
  /** How Kubernetes writes the choices: any case is taken, and editors should know. */
  spellings?: readonly string[];
}

/** An entry that is a map or a list; its default is to be absent. */
export interface StructureSpec {
  help: string;
  /** JSON Schema of it, for editors; `read` checks the same and says it in words. */
  schema: object;
  /** Numbers and truth values inside are told from texts; otherwise every scalar is a text. */
  isTyped?: boolean;
  /**
   * Checks and settles what YAML gave.
   * @throws WrongValue that starts with the place inside, when there is one: `.team: must be …`
   */
  read(value: unknown): unknown;
}

/** Thousandths of a CPU that a text like `2`, `0.5` or `500m` means. */
export function milliCpus(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) : Math.round(Number(text) * 1000);
}
