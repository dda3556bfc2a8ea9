/** Targets of the synthesis. */
export const targets = ["kubernetes", "swarm", "compose"] as const;
export type Target = (typeof targets)[number];
