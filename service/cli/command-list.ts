// Generated from the files in commands/ by `npm run generate`; do not edit by hand.
import type { CommandEntry } from "./command.js";

/** The commands by name. */
export const commands: Record<string, CommandEntry> = {
  browse: {
    group: "nodes",
    summary: "serve the work folder as a web page",
    load: () => import("./commands/browse.js"),
  },
  check: {
    group: "files",
    summary: "check whether oJob files can run here, without running them",
    load: () => import("./commands/check.js"),
  },
  config: {
    group: "files",
    summary: "show the options in effect and their origins",
    load: () => import("./commands/config.js"),
  },
  exec: {
    group: "runs",
    summary: "run an oJob file on a node, or here",
    load: () => import("./commands/exec.js"),
  },
  health: {
    group: "nodes",
    summary: "check whether the node on this machine answers",
    load: () => import("./commands/health.js"),
  },
  kill: {
    group: "runs",
    summary: "kill runs",
    load: () => import("./commands/kill.js"),
  },
  logs: {
    group: "runs",
    summary: "show or follow the output of a run",
    load: () => import("./commands/logs.js"),
  },
  nodes: {
    group: "nodes",
    summary: "show the cluster, or add a node",
    load: () => import("./commands/nodes.js"),
  },
  queue: {
    group: "runs",
    summary: "show and manage the queue of runs",
    load: () => import("./commands/queue.js"),
  },
  restart: {
    group: "nodes",
    summary: "restart background nodes",
    load: () => import("./commands/restart.js"),
  },
  result: {
    group: "runs",
    summary: "show the result of a run",
    load: () => import("./commands/result.js"),
  },
  run: {
    group: "runs",
    summary: "run a job of the node's run folder",
    load: () => import("./commands/run.js"),
  },
  runs: {
    group: "runs",
    summary: "list runs",
    load: () => import("./commands/runs.js"),
  },
  setup: {
    group: "nodes",
    summary: "write the API key, a client and launch files into this folder",
    load: () => import("./commands/setup.js"),
  },
  start: {
    group: "nodes",
    summary: "start a node in the foreground, or several in the background",
    load: () => import("./commands/start.js"),
  },
  status: {
    group: "nodes",
    summary: "show the nodes of the work folder",
    load: () => import("./commands/status.js"),
  },
  stop: {
    group: "nodes",
    summary: "stop nodes",
    load: () => import("./commands/stop.js"),
  },
  supervise: {
    summary: "look after nodes",
    load: () => import("./commands/supervise.js"),
  },
  synth: {
    group: "files",
    summary: "write deployment files for Kubernetes, Swarm and Compose",
    load: () => import("./commands/synth.js"),
  },
};
