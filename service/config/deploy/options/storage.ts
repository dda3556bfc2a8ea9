import type { DeploySpec } from "../deploy-spec.js";
import { dnsName, secretName } from "../patterns.js";

const MB = 1024 * 1024;

/** Storage of the work folder. */
export const storage = {
  "storage.kind": {
    type: "choice",
    choices: ["ephemeral", "volume", "host"],
    default: "ephemeral",
    help: "Storage of the work folder: in the container (lost with it), in a volume, or in a folder of the machine.",
  },
  "storage.shared": {
    type: "boolean",
    default: ({ get }) => (get("storage.kind") === "volume" ? true : undefined),
    defaultText: "true for a volume",
    help: "One volume for all nodes; false gives each node its own, which is kept when the node is replaced.",
  },
  "storage.name": {
    type: "text",
    default: ({ get }) => (get("storage.kind") === "volume" ? `${get("name")}-work` : undefined),
    defaultText: "name with -work, for a volume",
    pattern: secretName,
    help: "Name of the volume.",
  },
  "storage.size": {
    type: "bytes",
    default: 1024 * MB,
    min: MB,
    help: "Size of the volume, or maximum size of an ephemeral work folder. Only Kubernetes enforces it.",
  },
  "storage.class": {
    type: "text",
    pattern: dnsName,
    help: "Storage class of the volume, on Kubernetes; without it the cluster default applies.",
  },
  "storage.access": {
    type: "choice",
    choices: ["readwriteonce", "readwritemany"],
    spellings: ["ReadWriteOnce", "ReadWriteMany"],
    default: ({ get }) => (get("storage.kind") === "volume" ? "readwriteonce" : undefined),
    defaultText: "readwriteonce for a volume",
    help: "Whether nodes on several machines may share the volume, on Kubernetes.",
  },
  "storage.driver": {
    type: "text",
    pattern: { regex: "^[A-Za-z0-9][A-Za-z0-9_./:-]{0,126}$", words: "the name of a volume driver" },
    help: "Volume driver on Swarm and Compose; without it volumes are folders of one machine.",
  },
  "storage.path": {
    type: "text",
    pattern: { regex: "^/[^:,\\s]+$", words: "an absolute path without blanks, colons and commas" },
    help: "Folder of the machine, for storage.kind host. User 1000 must be able to write to it.",
  },
} as const satisfies Record<string, DeploySpec>;
