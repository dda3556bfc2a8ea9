import { notYet } from "../not-yet.js";
import { type Config, type OptionName, optionNames, optionSpec } from "../schema.js";
import type { DeploySpec } from "./option.js";

const MB = 1024 * 1024;

/** Idle, a node and each of its workers were measured at 44 MB; the rest is for requests and results. */
const NODE_BYTES = 128 * MB;
const WORKER_BYTES = 64 * MB;

const objectName = {
  regex: "^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$",
  words: "at most 40 small letters, digits and dashes, starting with a letter and not ending in a dash",
};
const secretName = {
  regex: "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
  words: "at most 63 small letters, digits and dashes",
};
/** What an amount of CPU looks like. */
export const cpuPattern = {
  regex: "^(?:[1-9]\\d{0,6}m|(?!0+(?:\\.0+)?$)\\d{1,4}(?:\\.\\d{1,3})?)$",
  words: "CPUs: 2, 0.5, 500m",
};

/** Options of a node whose values are secrets: manifests only say where they come from. */
export const secretOptions: readonly OptionName[] = optionNames.filter(
  (name) => optionSpec(name).secret === true && notYet[name] !== true,
);

/** The deployment section, by dotted name: what the manifests say beyond the options of the node. */
export const deployOptions: Readonly<Record<string, DeploySpec>> = {
  name: {
    type: "text",
    default: "rojob",
    pattern: objectName,
    help: "Name of the service, and start of the names of all that belongs to it.",
  },
  image: {
    type: "text",
    default: "rojob",
    pattern: {
      regex: "^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\\d+)?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$",
      words: "the name of an image without its tag: rojob, registry.example.org:5000/team/rojob",
    },
    help: "Image of the node, with its registry and without its tag.",
  },
  tag: {
    type: "text",
    default: (facts) => facts.version,
    defaultText: "the version of rojob",
    pattern: { regex: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", words: "the tag of an image" },
    help: "Tag of the image.",
  },
  replicas: { type: "integer", default: 3, min: 1, max: 1000, help: "Nodes that are kept running." },
  service: {
    type: "choice",
    choices: ["loadbalancer", "clusterip"],
    default: "loadbalancer",
    help: "Who reaches the nodes: loadbalancer publishes their port, clusterip leaves them to services beside them.",
  },
  port: {
    type: "integer",
    default: (facts) => facts.config.PORT,
    defaultText: "PORT",
    min: 1,
    max: 65535,
    help: "Port clients reach the service at. On Compose it is the first of as many as there are replicas.",
  },
  "resources.requests.cpu": {
    type: "text",
    default: "250m",
    pattern: cpuPattern,
    help: "CPUs set aside for each node.",
  },
  "resources.requests.memory": {
    type: "bytes",
    default: ({ config }) => NODE_BYTES + config.WORKERS * WORKER_BYTES,
    defaultText: "128MB and 64MB for each of WORKERS",
    min: 64 * MB,
    help: "Memory set aside for each node.",
  },
  "resources.limits.cpu": {
    type: "text",
    default: "2",
    pattern: cpuPattern,
    help: "Most CPUs a node may use. WORKERS defaults to as many.",
  },
  "resources.limits.memory": {
    type: "bytes",
    default: ({ config }) => mostMemory(config),
    defaultText: "what the node and its WORKERS and MAXFORKS, with JOBMEMORY each, may take",
    min: 64 * MB,
    help: "Most memory a node with its workers may use.",
  },
  "storage.kind": {
    type: "choice",
    choices: ["ephemeral", "volume", "host"],
    default: "ephemeral",
    help: "Where the work folder is: gone with the container, in a volume, or in a folder of the machine.",
  },
  "storage.name": {
    type: "text",
    default: (facts) => (facts.get("storage.kind") === "volume" ? `${facts.get("name")}-work` : undefined),
    defaultText: "the name and -work, for a volume",
    pattern: secretName,
    help: "Name of the volume.",
  },
  "storage.size": {
    type: "bytes",
    default: 1024 * MB,
    min: MB,
    help: "Size of the volume, or most that an ephemeral work folder may hold. Only Kubernetes keeps to it.",
  },
  "storage.class": {
    type: "text",
    pattern: {
      regex: "^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$",
      words: "the name of a storage class: small letters, digits, dots and dashes",
    },
    help: "Storage class of the volume, on Kubernetes; without it the cluster's own default.",
  },
  "storage.access": {
    type: "choice",
    choices: ["readwriteonce", "readwritemany"],
    default: (facts) => (facts.get("storage.kind") === "volume" ? "readwriteonce" : undefined),
    defaultText: "readwriteonce, for a volume",
    help: "Whether nodes on several machines may share the volume, on Kubernetes.",
  },
  "storage.path": {
    type: "text",
    pattern: { regex: "^/[^:,\\s]+$", words: "an absolute path without blanks, colons and commas" },
    help: "Folder of the machine, for storage.kind host. User 1000 must be able to write to it.",
  },
  ...Object.fromEntries(secretOptions.flatMap(secretEntries)),
};

function secretEntries(option: OptionName): [string, DeploySpec][] {
  const isKey = option === "APIKEY";
  return [
    [
      `secrets.${option}.name`,
      {
        type: "text",
        pattern: secretName,
        help: `Existing secret with ${option}: on Kubernetes under the key ${option}, on Swarm as its content.`,
      },
    ],
    [
      `secrets.${option}.file`,
      {
        type: "file",
        default: ({ config, get }) =>
          isKey && !config.PRIVATE && get(`secrets.${option}.name`) === undefined ? "rojob.apikey" : undefined,
        defaultText: isKey ? "rojob.apikey, unless there is a name or PRIVATE" : "",
        help: `File with ${option}, which a secret is made from when there is no name; Compose takes files only.`,
      },
    ],
  ];
}

/** Memory a node with all its workers may take, each with a full heap. */
export function mostMemory(config: Config): number {
  const workers = config.WORKERS + (config.FORK ? config.MAXFORKS : 0);
  return NODE_BYTES + workers * (config.JOBMEMORY * MB + WORKER_BYTES);
}
