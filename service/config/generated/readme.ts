import { groups } from "../option-spec.js";
import { formatValue } from "../parse-value.js";
import { optionNames, optionSpec } from "../schema.js";
import { defaultText, helpText, valueText } from "./help.js";

const START = "<!-- options:start -->";
const END = "<!-- options:end -->";

/** The options as a Markdown table. */
export function optionsTable(): string {
  const rows = ["| Option | Values | Default | Description |", "|---|---|---|---|"];
  for (const [group, title] of Object.entries(groups)) {
    rows.push(`| **${title}** | | | |`);
    for (const name of optionNames) {
      const spec = optionSpec(name);
      if (spec.group !== group) continue;
      const inContainer =
        spec.containerDefault === undefined
          ? ""
          : ` With CONTAINER=true the default is \`${formatValue(spec, spec.containerDefault)}\`.`;
      rows.push(
        `| ${name} | ${cell(valueText(spec))} | ${cell(defaultText(spec))} | ${cell(helpText(name) + inContainer)} |`,
      );
    }
  }
  return rows.join("\n");
}

/**
 * A README with the table between its two markers renewed.
 * @throws Error when a marker is missing
 */
export function withOptionsTable(readme: string): string {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error(`README.md: needs the markers ${START} and ${END}, in this order`);
  return `${readme.slice(0, start + START.length)}\n${optionsTable()}\n${readme.slice(end)}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
