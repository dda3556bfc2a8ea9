import type { OptionSpec } from "../option.js";

/** Who may ask for what. */
export const access = {
  APIKEY: {
    type: "text",
    group: "access",
    secret: true,
    pattern: { regex: "^[\\x21-\\x7E]{1,512}$", words: "printable ASCII characters without spaces, at most 512" },
    help: "Key that clients sign their requests with. Without one, and unless PRIVATE is true, a key is generated and kept in WORK/.rojob/apikey.",
  },
  PRIVATE: {
    type: "boolean",
    group: "access",
    default: false,
    help: "No key is asked for: whoever reaches the port may run any code. Only for a network that is itself closed.",
  },
  CLUSTERKEY: {
    type: "text",
    group: "access",
    secret: true,
    pattern: { regex: "^[\\x21-\\x7E]{1,512}$", words: "printable ASCII characters without spaces, at most 512" },
    help: "Key that nodes sign their requests to each other with, instead of APIKEY. With PRIVATE and without it, one is generated and kept in WORK/.rojob/clusterkey.",
  },
  SIGNATURES: {
    type: "choice",
    group: "access",
    choices: ["v1,v2", "v2"],
    default: "v1,v2",
    help: "Signatures of clients that are accepted: v1 is that of existing roJob clients, on their own routes only; it can be replayed for some minutes.",
  },
  RUNONLY: {
    type: "boolean",
    group: "access",
    default: false,
    help: "Only jobs of the RUN folder can be run; posting an oJob is refused.",
  },
} as const satisfies Record<string, OptionSpec>;
