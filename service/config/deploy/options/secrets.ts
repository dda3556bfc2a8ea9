import { type OptionName, optionNames, optionSpec } from "../../schema.js";
import type { DeploySpec } from "../deploy-spec.js";
import { secretName } from "../patterns.js";

/** Options of a node whose values are secrets: manifests only name their sources. */
export const secretOptions: readonly OptionName[] = optionNames.filter((name) => optionSpec(name).secret === true);

/** Sources of the secrets: one each. */
export const secrets: Record<string, DeploySpec> = {
  "secrets.embed": {
    type: "boolean",
    default: false,
    help: "On Kubernetes, write the values of secrets from files into a separate manifest.",
  },
  ...Object.fromEntries(secretOptions.flatMap(entriesOf)),
};

function entriesOf(option: OptionName): [string, DeploySpec][] {
  const entries: [string, DeploySpec][] = [
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
      { type: "file", help: `File with ${option}, the source of the secret; the file stays in place.` },
    ],
  ];
  if (option !== "APIKEY" && option !== "CLUSTERKEY") return entries;
  const isNeeded = (isPrivate: boolean) => isPrivate === (option === "CLUSTERKEY");
  const generate: DeploySpec = {
    type: "boolean",
    default: ({ config, isGiven }) =>
      isNeeded(config.PRIVATE) && !isGiven(`secrets.${option}.name`) && !isGiven(`secrets.${option}.file`),
    defaultText:
      option === "APIKEY"
        ? "true, unless name, file or PRIVATE is set"
        : "true with PRIVATE, unless name or file is set",
    help: `Generate ${option} once, into the file NAME.${option.toLowerCase()} of the working folder.`,
  };
  return [...entries, [`secrets.${option}.generate`, generate]];
}
