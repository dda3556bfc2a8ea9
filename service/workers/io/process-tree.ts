import { readFileSync } from "node:fs";

/**
 * Ids of the processes below `pid`, from Linux' /proc; empty where there is none. A command that is killed must not
 * leave its own children behind, which would hold its output open.
 */
export function descendantsOf(pid: number): number[] {
  const found: number[] = [];
  for (const waiting = [pid]; waiting.length > 0; ) {
    const children = childrenOf(waiting.pop()!);
    found.push(...children);
    waiting.push(...children);
  }
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return []; // it has ended, or the system has no such file
  }
}

/** Sends `signal` to a process and everything it started. */
export function killTree(pid: number, signal: NodeJS.Signals): void {
  for (const one of [pid, ...descendantsOf(pid)]) {
    try {
      process.kill(one, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // ended meanwhile
    }
  }
}
