import type { OptionSpec } from "../option.js";

/** Where things are on disk. Relative paths start at the folder the program was started in. */
export const folders = {
  CONFIG: {
    type: "file",
    group: "folders",
    notInFile: true,
    defaultText: "rojob.config.yaml, if there is one",
    help: "Config file: YAML or JSON, one entry an option.",
  },
  WORK: {
    type: "folder",
    group: "folders",
    default: "work",
    help: "Folder of everything the node writes: its key, runs, results. Nodes of one cluster may share it.",
  },
  RUN: {
    type: "folder",
    group: "folders",
    default: "run",
    help: "Folder of the jobs that can be run by name.",
  },
  PID: {
    type: "file",
    group: "folders",
    defaultText: "WORK/.rojob/roJob_HOST_PORT",
    help: "File, without its ending .pid, that holds the node's process id while it lives; removing it stops the node.",
  },
} as const satisfies Record<string, OptionSpec>;
