import type { OptionSpec } from "../option-spec.js";

/** Authentication and access. */
export const access = {
  APIKEY: {
    type: "text",
    group: "access",
    secret: true,
    pattern: { regex: "^[\\x21-\\x7E]{1,512}$", words: "printable ASCII characters without spaces, at most 512" },
    help: "Key that clients sign their requests with. Without it, and unless PRIVATE is true, a key is generated and stored in WORK/.rojob/apikey.",
  },
  PRIVATE: {
    type: "boolean",
    group: "access",
    default: false,
    help: "Require no key: anyone who reaches the port may run any code. Only for a closed network.",
  },
  CLUSTERKEY: {
    type: "text",
    group: "access",
    secret: true,
    pattern: { regex: "^[\\x21-\\x7E]{1,512}$", words: "printable ASCII characters without spaces, at most 512" },
    help: "Key that nodes sign their requests to each other with, instead of APIKEY. With PRIVATE and without CLUSTERKEY, a key is generated and stored in WORK/.rojob/clusterkey.",
  },
  SIGNATURES: {
    type: "choice",
    group: "access",
    choices: ["v1,v2", "v2"],
    default: "v1,v2",
    help: "Client signatures to accept: v1 is the version of existing roJob clients, on their own routes only; it can be replayed for some minutes.",
  },
  RUNONLY: {
    type: "boolean",
    group: "access",
    default: false,
    help: "Run only jobs of the RUN folder; reject posted oJobs.",
  },
} as const satisfies Record<string, OptionSpec>;
