import type { FlagKinds } from "./flags.js";

/** Flags of every command that asks a node. */
export const nodeFlags = { url: "value", apikey: "value", json: "none" } as const satisfies FlagKinds;

/** Lines of the help about {@link nodeFlags}. */
export const nodeFlagsHelp = `  --url URL     node to use; default: ROJOB_URL, then a node of the work folder, then PORT on this machine
  --key KEY     its API key; default: ROJOB_APIKEY, then APIKEY, then the key in WORK/.rojob/apikey`;
