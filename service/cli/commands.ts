import type { Command } from "./command.js";

interface Entry {
  /** One line for the general help. */
  summary: string;
  /** Loads the command's file: nothing of one command slows the others. */
  load(): Promise<Command>;
}

/** The commands, in the order the help shows them. */
export const commands: Record<string, Entry> = {
  start: { summary: "start a node in the foreground", load: async () => (await import("./start.js")).start },
  exec: { summary: "run an oJob file on a node, or here", load: async () => (await import("./exec.js")).exec },
  check: {
    summary: "tell whether oJob files can run here, without running them",
    load: async () => (await import("./check.js")).check,
  },
  config: {
    summary: "show the options in effect and where each comes from",
    load: async () => (await import("./config.js")).config,
  },
};

/** Text of `rojob --help`. */
export function generalHelp(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return `Usage: rojob COMMAND [ARGUMENT…]

Runs oJobs as a service.

Commands:
${lines.join("\n")}

\`rojob COMMAND --help\` tells more of a command, \`rojob --version\` the version.
\`rojob FILE.yaml k=v…\` is short for \`rojob exec FILE.yaml k=v…\`.
`;
}
