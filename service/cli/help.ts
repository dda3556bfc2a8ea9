import { wrapText } from "../base/wrap-text.js";
import { type CommandEntry, type CommandGroup, type CommandText, commandGroups } from "./command.js";
import type { FlagSpec } from "./flags.js";

const WIDTH = 120;
/** Column of the texts of terms and flags. */
const COLUMN = 16;

/** Text of `rojob --help`. */
export function generalHelp(commands: Readonly<Record<string, CommandEntry>>): string {
  const listed = listedCommands(commands).map(({ title, entries }) => {
    const lines = entries.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`);
    return [`${title}:`, ...lines].join("\n");
  });
  return `Usage: rojob COMMAND [ARGUMENT…]

Runs oJobs as a service.

${listed.join("\n\n")}

\`rojob COMMAND --help\` shows the help of a command, \`rojob --version\` the version.
\`rojob FILE.yaml k=v…\` is short for \`rojob exec FILE.yaml k=v…\`.
`;
}

/** The commands of each group, below its heading, by name. */
export function listedCommands<Entry extends Pick<CommandEntry, "group">>(
  commands: Readonly<Record<string, Entry>>,
): { title: string; entries: (Entry & { name: string })[] }[] {
  const all = Object.entries(commands).map(([name, entry]) => ({ ...entry, name }));
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (Object.keys(commandGroups) as CommandGroup[]).map((group) => ({
    title: commandGroups[group],
    entries: all.filter((entry) => entry.group === group),
  }));
}

/** Text of `rojob NAME --help`, ending in a line end. */
export function commandHelp(command: CommandText): string {
  const { appendix } = command;
  return `${commandDescription(command)}${appendix === undefined ? "" : `\n${appendix()}\n`}`;
}

/** Text of `rojob NAME --help` without the appendix. */
export function commandDescription({ name, usage, about, terms = {}, flags, closing }: CommandText): string {
  const forms = usage.map((form, at) => `${at === 0 ? "Usage:" : "      "} rojob ${name} ${form}`.trimEnd());
  const lists = [
    ...Object.entries(terms).map(([term, text]) => entryText(term, text)),
    ...Object.entries(flags).map(([flag, spec]) => flagText(flag, spec)),
  ].filter((text) => text !== undefined);
  const parts = [forms.join("\n"), about, lists.join("\n"), closing ?? ""];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function flagText(name: string, { value, help, heading, short }: FlagSpec): string | undefined {
  if (help === undefined) return undefined;
  const term = `--${name}${value === undefined ? "" : ` ${value}`}${short === undefined ? "" : `, -${short}`}`;
  return `${heading === undefined ? "" : `\n${heading}\n`}${entryText(term, help)}`;
}

function entryText(term: string, text: string): string {
  const head = `  ${term}  `.padEnd(COLUMN);
  const [first, ...others] = wrapText(text, WIDTH - COLUMN);
  return [`${head}${first}`, ...others.map((line) => `${" ".repeat(COLUMN)}${line}`)].join("\n");
}
