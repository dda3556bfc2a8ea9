import { type ChildProcess, spawn } from "node:child_process";
import { type Backoff, BackoffTimer } from "../base/backoff.js";
import { POOL_MARK } from "./protocol.js";

/**
 * Reads `+ pid` and `- pid` lines. When its input ends, because the node closed it or died, it ends the remaining
 * workers with all processes below them, and processes of their runs elsewhere: in the control groups, or with the mark
 * in their environment. It stops (SIGSTOP) a worker first: the worker may adopt orphans, and keeps them below it while
 * it lives.
 */
const SCRIPT = `
trap '' HUP INT TERM QUIT
groups=' '
while read -r op pid; do
  case $op in
    +) groups="$groups$pid " ;;
    -) case $groups in *" $pid "*) groups="\${groups%% $pid *} \${groups#* $pid }" ;; esac ;;
  esac
done
[ "$groups" = ' ' ] && exit 0
below() {
  found=; next=$1
  while [ -n "$next" ]; do
    here=$next; next=
    for one in $here; do next="$next $(cat /proc/$one/task/*/children)"; done
    next=$(echo $next)
    found="$found $next"
  done
}
for pid in $groups; do
  kill -STOP "$pid"
  for round in 1 2 3 4 5; do
    below "$pid"
    [ -z "$(echo $found)" ] && break
    kill -9 $found
  done
  kill -9 -- "-$pid"
done
if [ -n "$2" ]; then
  for round in 1 2 3 4 5 6 7 8 9 10; do
    for group in "$2"/*/; do echo 1 >"$group/cgroup.kill"; rmdir "$group"; done
    rmdir "$2" && break
    sleep 0.1
  done
fi
grep -lsaF "$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
  [ "$pid" != $$ ] && kill -9 "$pid"
done
`;

/** Pauses before a guard that died is started again. */
const RESTARTS: Backoff = { firstMs: 1000, longestMs: 60_000 };

/**
 * A shell that outlives the node by a moment. A worker whose job runs cannot notice that its node was killed, because
 * its event loop is blocked. One shell of 1 MB watches for all workers, instead of one more thread in each.
 */
export class Guard {
  private readonly groups = new Set<number>();
  private shell: ChildProcess | undefined;
  private readonly pauses = new BackoffTimer(RESTARTS);
  private isClosed = false;

  /**
   * @param poolMark value of the mark of all processes of this pool
   * @param cgroup folder with the control groups of the workers, if there is one
   * @param onTrouble called when the guard died or cannot be started
   */
  constructor(
    private readonly poolMark: string,
    private readonly cgroup: string | undefined,
    private readonly onTrouble: (message: string) => void,
  ) {
    this.start();
  }

  add(pid: number): void {
    this.groups.add(pid);
    this.write("+", pid);
  }

  remove(pid: number): void {
    this.groups.delete(pid);
    this.write("-", pid);
  }

  /** Ends the guard; it ends the workers that are still registered. */
  close(): Promise<void> {
    this.isClosed = true;
    const shell = this.shell;
    if (shell === undefined || shell.exitCode !== null || shell.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      // It may be the last handle by now: a program without handles exits in the middle of its `await`.
      shell.ref();
      shell.once("exit", () => resolve());
      shell.stdin!.end();
    });
  }

  private start(): void {
    if (this.isClosed) return;
    const shell = spawn("/bin/sh", ["-c", SCRIPT, "rojob-guard", `${POOL_MARK}=${this.poolMark}`, this.cgroup ?? ""], {
      detached: true,
      cwd: "/",
      env: { PATH: process.env["PATH"] },
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.shell = shell;
    // Its input breaks when it dies; its exit event reports that.
    shell.stdin.on("error", () => undefined);
    shell.on("error", (error) => this.lost(error.message));
    shell.on("exit", (code, signal) => this.lost(`it ended (${signal ?? code})`));
    shell.unref();
    for (const pid of this.groups) this.write("+", pid);
  }

  private lost(what: string): void {
    if (this.isClosed) return;
    this.shell = undefined;
    this.onTrouble(`the guard of the workers has ended: ${what}; if the node is killed now, busy workers keep running`);
    setTimeout(() => this.start(), this.pauses.nextMs()).unref();
  }

  private write(op: "+" | "-", pid: number): void {
    this.shell?.stdin?.write(`${op} ${pid}\n`);
  }
}
