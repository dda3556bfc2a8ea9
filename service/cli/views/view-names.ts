/** The views of `rojob exec FILE --NAME`, for its help. */
export const views = {
  help: "what the file does and the arguments it expects",
  jobs: "its jobs",
  todo: "its todo list",
  deps: "the dependencies of each job of the todo list, as a tree",
  compile: "the file and its includes as one YAML document",
} as const;
export type ViewName = keyof typeof views;
export const viewNames = Object.keys(views) as ViewName[];
