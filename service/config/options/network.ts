import { isLoopback } from "../../base/loopback.js";
import { hostsPattern } from "../hosts.js";
import { hostPattern, type OptionSpec } from "../option.js";

/** Where the node answers. */
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
      // The name of a container is known to few, its address leads to it.
      return (facts.get("CONTAINER") === true ? facts.address : undefined) ?? facts.hostname;
    },
    defaultText:
      "localhost, or the machine's host name when LISTEN is not a loopback address; with CONTAINER=true the container's address",
    pattern: hostPattern,
    help: "Name or address under which other machines reach the node; with PORT its identity.",
  },
  PORT: {
    type: "integer",
    group: "network",
    default: 8787,
    min: 0,
    max: 65535,
    help: "Port the node listens on; 0 takes any free one and prints it.",
  },
  HOSTS: {
    type: "text",
    group: "network",
    pattern: hostsPattern,
    help: "Names the node may be asked by besides HOST and its own addresses, as behind a balancer: name, name:port or *.domain, separated by commas; * for any. Others are refused without the key.",
  },
  MAXBODY: {
    type: "bytes",
    group: "network",
    default: 10 * 1024 * 1024,
    min: 1024,
    help: "Largest request body accepted.",
  },
} as const satisfies Record<string, OptionSpec>;
