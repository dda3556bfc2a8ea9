import { spawn } from "node:child_process";
import { constants } from "node:os";
import { subreaperWords } from "../workers/subreaper.js";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
const SHELL = "/bin/sh";

/**
 * Runs a command, passes signals on to it, takes note of every process that ends below, and ends as the command does. A
 * shell that waits takes note of all its children, also of those it adopted.
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
 * PID 1 has to take note of every process that ends and has no parent any more, or they stay as zombies. Node waits for
 * its own children only.
 */
export function isInit(): boolean {
  return process.platform === "linux" && process.pid === 1;
}

/**
 * Starts this program again below a shell that takes note of them: in the place of this process where Node can do that, as
 * a process that adopts orphans otherwise.
 * @returns the code it ended with; undefined where there is neither way
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
