/**
 * The deployment section of the config file: its entries (`options.ts`), how it is read and settled (`read.ts`,
 * `load.ts`), and what cannot be together (`checks.ts`).
 */
export { imageFolder, workFolder } from "./checks.js";
export type { Deploy, Resources, SecretSource, Storage } from "./deploy.js";
export { type LoadDeploymentOptions, type LoadedDeployment, loadDeployment } from "./load.js";
export { secretOptions } from "./options.js";
