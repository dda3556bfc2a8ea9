/**
 * Rule for a tick during the run of an earlier one: the tick is skipped, its run waits for the earlier one's end, or
 * the earlier one is killed.
 */
export type Overlap = "skip" | "queue" | "kill";

/** A job that is run at given times. */
export interface Schedule {
  /** Letters, digits, dots, dashes and underscores; at most 64. */
  readonly name: string;
  /** Five fields, or six with the seconds first. */
  readonly cron: string;
  /** IANA name; absent: that of the machine. */
  readonly timezone?: string;
  /** Path below the run folder; absent: there is `ojob`. */
  readonly job?: string;
  /** Text of an oJob, YAML or JSON. */
  readonly ojob?: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly overlap: Overlap;
  /** At start one run makes up for all ticks that were missed while no node was running. */
  readonly catchUp: boolean;
  readonly enabled: boolean;
}
