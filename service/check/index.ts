/**
 * `rojob check`: finds problems that would keep a job file from running here, without running anything. Reads a file
 * and its includes (`file-set.ts`); each kind of problem has a file of its own; the result is a list of findings with
 * their places.
 */
export { checkFile, type FileReport, isJobFile } from "./check-file.js";
export { expandPaths } from "./paths.js";
export { reportText } from "./report-text.js";
export { summaryOf, summaryText } from "./summary.js";
export { createWorkspace, type Workspace } from "./workspace.js";
