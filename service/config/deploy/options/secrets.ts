import { type OptionName, optionNames, optionSpec } from "../../schema.js";
import type { DeploySpec } from "../option.js";
import { secretName } from "../patterns.js";

/** Options of a node whose values are secrets: manifests only say where they come from. */
export const secretOptions: readonly OptionName[] = optionNames.filter((name) => optionSpec(name).secret === true);

/** Where the secrets come from: one source each. */
export const secrets: Record<string, DeploySpec> = {
  "secrets.embed": {
    type: "boolean",
    default: false,
    help: "On Kubernetes, the values of secrets that come from files are written into a manifest of their own.",
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
      { type: "file", help: `File with ${option}, which a secret is made from; it stays where it is.` },
    ],
  ];
  if (option !== "APIKEY") return entries;
  const generate: DeploySpec = {
    type: "boolean",
    default: ({ config, isGiven }) =>
      !config.PRIVATE && !isGiven("secrets.APIKEY.name") && !isGiven("secrets.APIKEY.file"),
    defaultText: "true, unless there is a name, a file or PRIVATE",
    help: "APIKEY is generated once, into the file NAME.apikey of the working folder.",
  };
  return [...entries, ["secrets.APIKEY.generate", generate]];
}
