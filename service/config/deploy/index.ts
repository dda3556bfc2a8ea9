/**
 * The deployment section of the config file: its entries (`deploy-options.ts`), reading and settling (`read-deployment.ts`,
 * `load-deployment.ts`), and invalid combinations (`checks/`).
 */
export { imageFolder, workFolder } from "./checks/index.js";
export type { Deploy, Queue, Resources, SecretSource, Storage, VolumeStorage } from "./deploy.js";
export { secretOptions } from "./deploy-options.js";
export { type LoadDeploymentOptions, type LoadedDeployment, loadDeployment } from "./load-deployment.js";
export type { ObjectPatch, Patch, PatchOperation } from "./options/patches.js";
export { queueText } from "./queue-text.js";
export { full } from "./read-deployment.js";
