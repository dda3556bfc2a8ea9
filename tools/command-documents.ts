/** Writes what comes from the files of the commands: the list that the program loads them by, and parts of docs/cli.md. */
import { readdirSync } from "node:fs";
import type { Command } from "../service/cli/command.js";
import { commandDescription, listedCommands } from "../service/cli/help.js";
import { withPart } from "./between-markers.js";

const folder = new URL("../service/cli/commands/", import.meta.url);

/** All commands by name. @throws Error if a file's name is not that of its command */
export async function allCommands(): Promise<Record<string, Command>> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const all: Record<string, Command> = {};
  for (const file of files.sort()) {
    const { command } = (await import(new URL(file, folder).href)) as { command?: Command };
    if (command === undefined || `${command.name}.ts` !== file)
      throw new Error(`service/cli/commands/${file}: exports no \`command\` with this name`);
    all[command.name] = command;
  }
  return all;
}

/** The module `service/cli/command-list.ts`. */
export async function commandListModule(): Promise<string> {
  const entries = Object.values(await allCommands()).map(({ name, group, summary }) => {
    const lines = [
      ...(group === undefined ? [] : [`group: ${JSON.stringify(group)},`]),
      `summary: ${JSON.stringify(summary)},`,
      `load: () => import("./commands/${name}.js"),`,
    ];
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `  ${key}: {\n${lines.map((line) => `    ${line}`).join("\n")}\n  },\n`;
  });
  return `// Generated from the files in commands/ by \`npm run generate\`; do not edit by hand.
import type { CommandEntry } from "./command.js";

/** The commands by name. */
export const commands: Record<string, CommandEntry> = {
${entries.join("")}};
`;
}

/** docs/cli.md with its table of the commands and its reference renewed. */
export async function withCommands(document: string): Promise<string> {
  const groups = listedCommands(await allCommands());
  const link = ({ name }: Command): string =>
    `[${name}](#${document.includes(`\n## ${name}\n`) ? "" : "rojob-"}${name})`;
  const table = [
    `| ${groups.map(({ title }) => title.toLowerCase()).join(" | ")} |`,
    `|${"---|".repeat(groups.length)}`,
    `| ${groups.map(({ entries }) => entries.map(link).join(", ")).join(" | ")} |`,
  ];
  const reference = groups.flatMap(({ entries }) => entries).map(sectionOf);
  const file = "docs/cli.md";
  return withPart(
    withPart(document, "commands", table.join("\n"), file),
    "reference",
    `\n${reference.join("\n\n")}\n`,
    file,
  );
}

function sectionOf(command: Command): string {
  const examples = command.examples.map((line) => `$ ${line}`).join("\n");
  return `### rojob ${command.name}\n\n\`\`\`text\n${commandDescription(command)}\`\`\`\n\n\`\`\`\n${examples}\n\`\`\``;
}
