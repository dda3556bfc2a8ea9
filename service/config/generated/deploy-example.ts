import { deployOptions } from "../deploy/options.js";
import { formatValue } from "../parse.js";
import { DEPLOY_SECTION } from "../sources/config-file.js";

/** The deployment section of the example, commented out, with its defaults. */
export function exampleDeploySection(): string[] {
  const lines = ["# --- Deployment: what `npm run synth` makes manifests from ---", `#${DEPLOY_SECTION}:`];
  let open: string[] = [];
  for (const [name, spec] of Object.entries(deployOptions)) {
    const keys = name.split(".");
    const last = keys.pop()!;
    keys.forEach((key, depth) => {
      if (open.slice(0, depth + 1).join(".") === keys.slice(0, depth + 1).join(".")) return;
      lines.push(`#${"  ".repeat(depth + 1)}${key}:`);
    });
    open = keys;
    const isPlain = spec.default !== undefined && typeof spec.default !== "function";
    const indent = "  ".repeat(keys.length + 1);
    const value = isPlain ? formatValue(spec, spec.default as string) : `<${spec.choices?.join("|") ?? spec.type}>`;
    lines.push(`#${indent}# ${spec.help}${spec.defaultText ? ` Default: ${spec.defaultText}.` : ""}`);
    lines.push(`#${indent}${last}: ${value}`);
  }
  return lines;
}
