import { isLoopback } from "../../base/loopback.js";
import { hostsPattern } from "../accepted-hosts.js";
import { hostPattern, type OptionSpec } from "../option-spec.js";

/** Addresses of the node. */
export const network = {
  LISTEN: {
    type: "text",
    group: "network",
    default: "127.0.0.1",
    containerDefault: "0.0.0.0",
    pattern: hostPattern,
    help: "Address of the network interface the node listens on; 0.0.0.0 for all of them.",
  },
  HOST: {
    type: "text",
    group: "network",
    default(facts) {
      if (isLoopback(String(facts.get("LISTEN")))) return "localhost";
      // Few machines know the name of a container, its address leads to it.
      return (facts.get("CONTAINER") === true ? facts.address : undefined) ?? facts.hostname;
    },
    defaultText:
      "localhost, or the machine's host name when LISTEN is not a loopback address; with CONTAINER=true the container's address",
    pattern: hostPattern,
    help: "Name or address by which other machines reach the node; with PORT the identity of the node.",
  },
  PORT: {
    type: "integer",
    group: "network",
    default: 8787,
    min: 0,
    max: 65535,
    help: "Port the node listens on; 0: any free port, which the node prints.",
  },
  HOSTS: {
    type: "text",
    group: "network",
    pattern: hostsPattern,
    help: "Host names to accept in requests besides HOST and the node's own addresses, for example behind a balancer: name, name:port or *.domain, separated by commas; * for any. Other names need the key.",
  },
  MAXBODY: {
    type: "bytes",
    group: "network",
    default: 10 * 1024 * 1024,
    min: 1024,
    help: "Maximum size of a request body.",
  },
} as const satisfies Record<string, OptionSpec>;
