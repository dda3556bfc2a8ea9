import type { OptionSpec } from "../option-spec.js";

/** Folders. Relative paths start at the folder in which the program was started. */
export const folders = {
  CONFIG: {
    type: "file",
    group: "folders",
    notInFile: true,
    defaultText: "rojob.config.yaml, if it exists",
    help: "Config file: YAML or JSON, one entry per option.",
  },
  WORK: {
    type: "folder",
    group: "folders",
    default: "work",
    help: "Folder for everything the node writes: its key, runs, results. Nodes of one cluster may share it.",
  },
  RUN: {
    type: "folder",
    group: "folders",
    default: "run",
    help: "Folder of the jobs that clients can run by name.",
  },
  PID: {
    type: "file",
    group: "folders",
    defaultText: "WORK/.rojob/roJob_HOST_PORT",
    help: "File for the process id of the running node, without its ending .pid; removing it stops the node.",
  },
} as const satisfies Record<string, OptionSpec>;
