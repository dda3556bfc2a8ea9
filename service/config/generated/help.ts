import { wrapText } from "../../base/wrap-text.js";
import { groups, type OptionSpec } from "../option-spec.js";
import { formatValue } from "../parse-value.js";
import { type OptionName, optionNames, optionSpec } from "../schema.js";
import { unsupportedText } from "../unsupported.js";

/** An option's default in words; empty when it has none. */
export function defaultText(spec: OptionSpec): string {
  if (spec.defaultText !== undefined) return spec.defaultText;
  return spec.default === undefined || typeof spec.default === "function" ? "" : formatValue(spec, spec.default);
}

/** An option's help, and whether this version has it. */
export function helpText(name: OptionName): string {
  return `${optionSpec(name).help} ${unsupportedText(name)}`.trimEnd();
}

/** Allowed values of an option: `true|false`, `number`, `context|process`. */
export function valueText(spec: OptionSpec): string {
  if (spec.choices !== undefined) return spec.choices.join("|");
  if (spec.type === "boolean") return "true|false";
  if (spec.type === "integer") return spec.unit ?? "number";
  return spec.type;
}

/** The options part of `rojob start --help`. */
export function optionsHelp(width = 100): string {
  const lines: string[] = [];
  for (const [group, title] of Object.entries(groups)) {
    lines.push("", `${title}:`);
    for (const name of optionNames) {
      const spec = optionSpec(name);
      if (spec.group !== group) continue;
      const byDefault = defaultText(spec);
      // A short default stays on one line.
      const ending = byDefault === "" ? "" : ` [default:${byDefault.length < 30 ? "\0" : " "}${byDefault}]`;
      const head = `  ${name}=${valueText(spec)}`;
      const indent = " ".repeat(28);
      const text = wrapText(helpText(name) + ending, width - indent.length).map((line) => line.replace("\0", " "));
      if (head.length < indent.length - 1) lines.push(head.padEnd(indent.length) + text.shift());
      else lines.push(head);
      lines.push(...text.map((line) => indent + line));
    }
  }
  return lines.slice(1).join("\n");
}
