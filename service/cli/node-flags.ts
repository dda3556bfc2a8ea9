import type { FlagSpecs } from "./flags.js";

/** Flags of every command that asks a node. */
export const nodeFlags = {
  url: {
    value: "URL",
    help: "node to use; default: ROJOB_URL, then a node of the work folder, then PORT on this machine",
  },
  key: {
    value: "KEY",
    also: "apikey",
    help: "its API key; default: ROJOB_APIKEY, then APIKEY, then the key in WORK/.rojob/apikey",
  },
} as const satisfies FlagSpecs;
