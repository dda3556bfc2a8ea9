/** What `rojob exec FILE --NAME` can show. */
export const viewNames = ["help", "jobs", "todo", "deps", "compile"] as const;
export type ViewName = (typeof viewNames)[number];
