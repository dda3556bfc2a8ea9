import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Identifies a process, so that others, also on other machines that share the work folder, can find out whether it is
 * gone.
 */
export interface ProcessIdentity {
  /** Scope of the pid: host, boot and pid namespace. */
  place: string;
  pid: number;
  /**
   * Clock ticks from boot to its start; 0 where the system does not give it. Distinguishes two processes with the same
   * pid.
   */
  startedAt: number;
}

let own: ProcessIdentity | undefined;

/** This process. */
export function ownIdentity(): ProcessIdentity {
  own ??= {
    place: [
      hostname(),
      readOrEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
      pidNamespace(),
    ]
      .filter((part) => part !== "")
      .join(" "),
    pid: process.pid,
    startedAt: startOf(process.pid),
  };
  return own;
}

/** Is it surely gone? False for a process of another machine, of which nothing is known. */
export function isGone({ place, pid, startedAt }: ProcessIdentity): boolean {
  if (place !== ownIdentity().place) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  const started = startOf(pid);
  return started !== 0 && startedAt !== 0 && started !== startedAt;
}

/** Is this an identity of {@link ownIdentity}, read back from a file? */
export function isIdentity(value: unknown): value is ProcessIdentity {
  const { place, pid, startedAt } = (value ?? {}) as Record<string, unknown>;
  return typeof place === "string" && Number.isInteger(pid) && (pid as number) > 0 && typeof startedAt === "number";
}

/** Containers may share host name and boot, but number their processes themselves. */
function pidNamespace(): string {
  return readOrEmpty(() => readlinkSync("/proc/self/ns/pid"));
}

/** proc(5): the fields after the name, which stands in parentheses and may hold anything; `starttime` is the 22nd. */
function startOf(pid: number): number {
  const stat = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? 0);
}

/** Only Linux has these files; elsewhere less is known. */
function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
