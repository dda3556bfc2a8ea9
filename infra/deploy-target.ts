import type { Plan } from "./deployment-plan.js";
import type { SynthFile } from "./document.js";

export { type Target, targetNames as targets } from "../service/config/deploy/targets.js";

/** The writer of a target's files: the `target.ts` of its folder. */
export interface DeployTarget {
  /** @param folder the files will be in */
  files(plan: Plan, folder: string): SynthFile[];
  /** Entries that it cannot express, without the patches of others: entry, or start of entries → reason. */
  inexpressible: Readonly<Record<string, string>>;
  /** Further warnings about a plan. */
  warnings(plan: Plan, cannot: Cannot): string[];
}

/**
 * A line about an entry that the target cannot express.
 * @param value what it is, left out: the given one
 */
export type Cannot = (entry: string, why: string, value?: string) => string;
