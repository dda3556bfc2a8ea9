import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../config/index.js";
import { readSupervisor, type StartResult } from "../supervisor/index.js";
import { exitCodes } from "./command.js";
import { splitPorts } from "./node-options.js";
import { startProgress } from "./progress.js";
import { printJson } from "./terminal.js";

/**
 * Starts nodes that outlive this program, and the supervisor that restarts them; returns when they are ready.
 * @param given arguments of the nodes; PORT may name several ports
 */
export async function startDetached(given: readonly string[], isJson: boolean): Promise<number> {
  const { argv, ports: givenPorts } = splitPorts(given);
  const portArgument = (port: number): string[] => [...argv, `PORT=${port}`];
  // Wrong options are reported before anything is started.
  const loaded = (givenPorts ?? []).map((port) => loadConfig({ argv: portArgument(port) }).config);
  const [config = loadConfig({ argv }).config] = loaded;
  const ports = givenPorts ?? [config.PORT];
  const running = readSupervisor(config.WORK);
  if (running !== undefined) {
    const urls = running.nodes.flatMap(({ url }) => url ?? []).join(", ");
    process.stderr.write(
      `rojob start: nodes of ${config.WORK} are already running (process ${running.pid}): ${urls}; use \`rojob restart\` or \`rojob stop\`\n`,
    );
    return exitCodes.failed;
  }
  const folder = config.LOG ?? join(config.WORK, ".rojob", "nodes");
  mkdirSync(folder, { recursive: true });
  const out = openSync(join(folder, "supervisor.log"), "a", 0o600);
  const self = [...process.execArgv, process.argv[1]!];
  const ours = [`--ports=${ports.join(",")}`, `--work=${config.WORK}`, `--log=${folder}`];
  const child = spawn(process.execPath, [...self, "supervise", ...ours, "--", ...argv], {
    detached: true,
    stdio: ["ignore", out, out, "ipc"],
  });
  const progress = startProgress(`starting ${ports.length === 1 ? "a node" : `${ports.length} nodes`}`);
  const news = await new Promise<StartResult>((resolve) => {
    child.once("message", (message) => resolve(message as StartResult));
    child.once("error", (error) => resolve({ kind: "failed", message: error.message }));
    child.once("exit", () =>
      resolve({ kind: "failed", message: `the supervisor has exited; see the logs in ${folder}` }),
    );
  }).finally(() => progress.end());
  child.removeAllListeners();
  if (child.connected) child.disconnect();
  child.unref();
  if (news.kind === "failed") {
    for (const line of news.message.split("\n"))
      process.stderr.write(`${line.replace(/^(?!rojob )/, "rojob start: ")}\n`);
    return exitCodes.failed;
  }
  if (isJson) printJson(news.state);
  else {
    process.stdout.write(news.announcement);
    for (const { url } of news.state.nodes.slice(1)) process.stdout.write(`READY ${url}\n`);
    process.stderr.write(
      `Logs are in ${folder}. Show the nodes with \`rojob status\`, stop them with \`rojob stop\`.\n`,
    );
  }
  return exitCodes.ok;
}
