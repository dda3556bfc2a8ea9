import type { DeploySpec, StructureSpec } from "./deploy-spec.js";
import { beside } from "./options/beside.js";
import { image } from "./options/image.js";
import { structures } from "./options/place.js";
import { publish } from "./options/publish.js";
import { resources } from "./options/resources.js";
import { scale } from "./options/scale.js";
import { secrets } from "./options/secrets.js";
import { storage } from "./options/storage.js";

export { secretOptions } from "./options/secrets.js";

/** The deployment section, by dotted name: settings of the manifests beyond the options of the node. */
export const deployOptions: Readonly<Record<string, DeploySpec>> = {
  ...image,
  ...scale,
  ...publish,
  ...resources,
  ...storage,
  ...secrets,
  ...beside,
};

/** Its entries that are maps and lists. */
export const deployStructures: Readonly<Record<string, StructureSpec>> = structures;

const all = [...Object.keys(deployOptions), ...Object.keys(deployStructures)];
const sectionOf = (name: string) => name.split(".")[0]!;

/** All names, grouped by section. */
export const deployNames: readonly string[] = [...new Set(all.map(sectionOf))].flatMap((section) =>
  all.filter((name) => sectionOf(name) === section),
);
