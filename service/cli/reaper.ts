import { spawn } from "node:child_process";
import { constants } from "node:os";
import { subreaperWords } from "../workers/subreaper.js";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
const SHELL = "/bin/sh";

/**
 * Runs a command, forwards signals to it, reaps all of its descendants, and exits with its code. A waiting shell reaps all of
 * its children, also those it has adopted.
 */
const SCRIPT = `
exec 3<&0
"$@" <&3 3<&- &
pid=$!
exec 3<&-
for name in ${SIGNALS.map((name) => name.slice(3)).join(" ")}; do
  trap "came=1; kill -$name $pid 2>/dev/null" $name
done
while :; do
  came=
  wait $pid
  code=$?
  [ -z "$came" ] && break
  kill -0 $pid 2>/dev/null || { wait $pid; late=$?; [ $late -ne 127 ] && code=$late; break; }
done
exit $code
`;

/** `process.execve`, from Node 22.15 on. */
type Execve = (file: string, argv: string[], env: NodeJS.ProcessEnv) => never;

/**
 * Is this process PID 1? It has to reap each orphan that ends, or they stay as zombies; Node waits for its own children
 * only.
 */
export function isInit(): boolean {
  return process.platform === "linux" && process.pid === 1;
}

/**
 * Starts this program again below a shell that reaps orphans. The shell replaces this process where Node can do that;
 * otherwise it is a child that adopts orphans.
 * @returns the exit code; undefined where neither way exists
 */
export async function runBelowReaper(): Promise<number | undefined> {
  const self = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const reaper = [SHELL, "-c", SCRIPT, "rojob-reaper", ...self];
  const { execve } = process as { execve?: Execve };
  if (execve !== undefined) {
    process.removeAllListeners("warning").on("warning", () => undefined); // that it is experimental
    execve.call(process, SHELL, ["sh", ...reaper.slice(1)], process.env);
  }
  const words = await subreaperWords();
  if (words.length === 0) return undefined;
  const [program, ...rest] = [...words, ...reaper];
  const child = spawn(program!, rest, { stdio: "inherit" });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + (constants.signals[signal!] ?? 0)));
  });
}
