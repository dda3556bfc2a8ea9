/**
 * `rojob check`: what would keep a job file from running here, found without running anything. A file and what it
 * includes are read (`file-set.ts`), each kind of trouble is looked for by a file of its own, and all of it is a list
 * of findings with their places.
 */
export { checkFile, type FileReport, isJobFile } from "./check-file.js";
export { expandPaths } from "./paths.js";
export { reportText } from "./report-text.js";
export { summaryOf, summaryText } from "./summary.js";
export { createWorkspace, type Workspace } from "./workspace.js";
