import type { Plan } from "./deployment-plan.js";
import type { SynthFile } from "./document.js";

export { type Target, targetNames as targets } from "../service/config/deploy/targets.js";

/** What writes the files of a target: the `target.ts` of its folder. */
export interface DeployTarget {
  /** @param folder the files will be in */
  files(plan: Plan, folder: string): SynthFile[];
  /** What it cannot express, without the patches of others: entry, or start of entries → why. */
  inexpressible: Readonly<Record<string, string>>;
  /** What else to tell of a plan. */
  warnings(plan: Plan, cannot: Cannot): string[];
}

/**
 * A line about an entry that the target cannot express.
 * @param value what it is, left out: what was given
 */
export type Cannot = (entry: string, why: string, value?: string) => string;
