import type { Command } from "./command.js";

interface Entry {
  /** One line for the general help; it does not tell of those without. */
  summary?: string;
  /** Loads the command's file: nothing of one command slows the others. */
  load(): Promise<Command>;
}

/** The commands, in the order the help shows them. */
export const commands: Record<string, Entry> = {
  exec: { summary: "run an oJob file on a node, or here", load: async () => (await import("./commands/exec.js")).exec },
  run: { summary: "run a job of the node's run folder", load: async () => (await import("./commands/run.js")).run },
  runs: { summary: "list runs", load: async () => (await import("./commands/runs.js")).runs },
  result: { summary: "show the result of a run", load: async () => (await import("./commands/result.js")).result },
  logs: { summary: "show or follow the output of a run", load: async () => (await import("./commands/logs.js")).logs },
  kill: { summary: "kill runs", load: async () => (await import("./commands/kill.js")).kill },
  queue: {
    summary: "show and manage the queue of runs",
    load: async () => (await import("./commands/queue.js")).queue,
  },
  start: {
    summary: "start a node in the foreground, or several in the background",
    load: async () => (await import("./commands/start.js")).start,
  },
  stop: { summary: "stop nodes", load: async () => (await import("./commands/stop.js")).stop },
  restart: {
    summary: "restart background nodes",
    load: async () => (await import("./commands/restart.js")).restart,
  },
  status: {
    summary: "show the nodes of the work folder",
    load: async () => (await import("./commands/status.js")).status,
  },
  nodes: { summary: "show the cluster, or add a node", load: async () => (await import("./commands/nodes.js")).nodes },
  setup: {
    summary: "write the API key, a client and launch files into this folder",
    load: async () => (await import("./commands/setup.js")).setup,
  },
  check: {
    summary: "check whether oJob files can run here, without running them",
    load: async () => (await import("./commands/check.js")).check,
  },
  config: {
    summary: "show the options in effect and their origins",
    load: async () => (await import("./commands/config.js")).config,
  },
  synth: {
    summary: "write deployment files for Kubernetes, Swarm and Compose",
    load: async () => (await import("./commands/synth.js")).synth,
  },
  browse: {
    summary: "serve the work folder as a web page",
    load: async () => (await import("./commands/browse.js")).browse,
  },
  health: {
    summary: "check whether the node on this machine answers",
    load: async () => (await import("./commands/health.js")).health,
  },
  supervise: { load: async () => (await import("./commands/supervise.js")).supervise },
};

/** Text of `rojob --help`. */
export function generalHelp(): string {
  const lines = Object.entries(commands)
    .filter(([, { summary }]) => summary !== undefined)
    .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return `Usage: rojob COMMAND [ARGUMENT…]

Runs oJobs as a service.

Commands:
${lines.join("\n")}

\`rojob COMMAND --help\` shows the help of a command, \`rojob --version\` the version.
\`rojob FILE.yaml k=v…\` is short for \`rojob exec FILE.yaml k=v…\`.
`;
}
