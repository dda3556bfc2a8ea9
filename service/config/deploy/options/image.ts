import type { DeploySpec } from "../deploy-spec.js";
import { imagePattern, objectName, secretName } from "../patterns.js";

/** Image and name of the deployment. */
export const image = {
  name: {
    type: "text",
    default: "rojob",
    pattern: objectName,
    help: "Name of the service, and prefix of the names of its objects.",
  },
  image: {
    type: "text",
    default: "rojob",
    pattern: imagePattern,
    help: "Image of the node, with registry and without tag.",
  },
  tag: {
    type: "text",
    default: (facts) => facts.version,
    defaultText: "the version of rojob",
    pattern: { regex: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", words: "the tag of an image" },
    help: "Tag of the image.",
  },
  pullSecret: {
    type: "text",
    pattern: secretName,
    help: "Existing secret with the credentials of the image registry, on Kubernetes.",
  },
} as const satisfies Record<string, DeploySpec>;
