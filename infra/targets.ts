/** What files can be written for. */
export const targets = ["kubernetes", "swarm", "compose"] as const;
export type Target = (typeof targets)[number];
