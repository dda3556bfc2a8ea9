import type { FlagKinds } from "./flags.js";

/** Flags of every command that asks a node. */
export const nodeFlags = { url: "value", apikey: "value", json: "none" } as const satisfies FlagKinds;

/** Lines of the help about {@link nodeFlags}. */
export const nodeFlagsHelp = `  --url URL     node to ask; else ROJOB_URL, else a node of the work folder, else the configured PORT on this machine
  --key KEY     its API key; else ROJOB_APIKEY, else APIKEY, else the one kept in WORK/.rojob/apikey`;
