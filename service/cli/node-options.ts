import { UsageError } from "./command.js";

const PORT = /^(?:--)?port(?:=(.*))?$/i;

/** The arguments of `rojob start`, and apart from them the ports. */
export interface NodeOptions {
  argv: string[];
  /** At least one; undefined when neither an argument nor the environment names a port. */
  ports?: number[];
}

/**
 * Takes the ports out of a node's arguments: `PORT=8787,8788`, `--port 8787,8788`, else the environment variable PORT.
 * @throws UsageError
 */
export function splitPorts(given: readonly string[], env = process.env): NodeOptions {
  const argv = [...given];
  let text: string | undefined;
  for (let at = 0; at < argv.length; at++) {
    const match = PORT.exec(argv[at]!);
    if (match === null || (match[1] === undefined && !argv[at]!.startsWith("--"))) continue;
    const [, value] = argv.splice(at--, match[1] === undefined ? 2 : 1);
    text = match[1] ?? value;
    if (text === undefined) throw new UsageError("PORT: no value; write PORT=8787, or PORT=8787,8788 for two nodes");
  }
  text ??= env.PORT;
  return text === undefined ? { argv } : { argv, ports: readPorts(text) };
}

/**
 * Reads `8787,8788`.
 * @throws UsageError
 */
export function readPorts(text: string): number[] {
  const ports = text.split(",").map((word) => {
    const port = Number(word.trim());
    if (/^\d{1,5}$/.test(word.trim()) && port <= 65_535) return port;
    throw new UsageError(`PORT: ${JSON.stringify(text)} must be ports from 0 to 65535, separated by commas`);
  });
  const twice = ports.find((port, at) => port !== 0 && ports.indexOf(port) !== at);
  if (twice !== undefined) throw new UsageError(`PORT: ${twice} is given twice; each node needs its own port`);
  return ports;
}

/** The environment without a PORT that names several ports: the options are those of a single node. */
export function environmentForOne(env = process.env): NodeJS.ProcessEnv {
  return env.PORT?.includes(",") ? { ...env, PORT: env.PORT.split(",", 1)[0]!.trim() } : env;
}
