import { groups } from "../option-spec.js";
import { optionNames, optionSpec } from "../schema.js";
import { exampleDeploySection } from "./deploy-example.js";
import { defaultText, helpText, valueText } from "./help.js";
import { exampleSchedules } from "./schedules-schema.js";

/** The example of a config file: every option, commented out, with its default. */
export function exampleConfigFile(): string {
  const lines = [
    "# yaml-language-server: $schema=./rojob.schema.json",
    "# Copy this file to rojob.config.yaml and keep the lines you change.",
    "# Arguments (NAME=value) and environment variables take precedence over this file.",
  ];
  for (const [group, title] of Object.entries(groups)) {
    lines.push("", `# --- ${title} ---`);
    for (const name of optionNames) {
      const spec = optionSpec(name);
      if (spec.group !== group || spec.notInFile) continue;
      const isPlain = spec.defaultText === undefined && spec.default !== undefined;
      lines.push(`# ${helpText(name)}${spec.defaultText === undefined ? "" : ` Default: ${spec.defaultText}.`}`);
      lines.push(`#${name}: ${isPlain ? defaultText(spec) : `<${valueText(spec)}>`}`);
    }
  }
  lines.push("", ...exampleSchedules(), "", ...exampleDeploySection());
  return `${lines.join("\n")}\n`;
}
