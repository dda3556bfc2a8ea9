import { deployNames, deployOptions, deployStructures } from "../deploy/deploy-options.js";
import { formatValue } from "../parse-value.js";
import { DEPLOY_SECTION } from "../sources/config-file.js";

/** The deployment section of the example, commented out, with its defaults. */
export function exampleDeploySection(): string[] {
  const lines = ["# --- Deployment: entries for `npm run synth`, which writes manifests ---", `#${DEPLOY_SECTION}:`];
  let open: string[] = [];
  for (const name of deployNames) {
    const keys = name.split(".");
    const last = keys.pop()!;
    keys.forEach((key, depth) => {
      if (open.slice(0, depth + 1).join(".") === keys.slice(0, depth + 1).join(".")) return;
      lines.push(`#${"  ".repeat(depth + 1)}${key}:`);
    });
    open = keys;
    const indent = "  ".repeat(keys.length + 1);
    lines.push(`#${indent}# ${helpOf(name)}`, `#${indent}${last}: ${exampleOf(name)}`);
  }
  return lines;
}

function helpOf(name: string): string {
  const structure = deployStructures[name];
  if (structure !== undefined) return structure.help;
  const { help, defaultText } = deployOptions[name]!;
  return defaultText ? `${help} Default: ${defaultText}.` : help;
}

function exampleOf(name: string): string {
  const spec = deployOptions[name];
  if (spec === undefined) return "type" in deployStructures[name]!.schema ? structureText(name) : "<map|list>";
  const isPlain = spec.default !== undefined && typeof spec.default !== "function";
  return isPlain ? formatValue(spec, spec.default as string) : `<${spec.choices?.join("|") ?? spec.type}>`;
}

function structureText(name: string): string {
  return (deployStructures[name]!.schema as { type: string }).type === "array" ? "<list>" : "<map>";
}
