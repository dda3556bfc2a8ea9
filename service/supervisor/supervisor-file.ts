import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { linkIfFree } from "../base/files/link-if-free.js";
import { isGone, isIdentity, ownIdentity, type ProcessIdentity } from "../base/process-identity.js";

/** A node as its supervisor knows it. */
export interface SupervisedNode {
  port: number;
  /**
   * `waiting`: the node ended without a request and is started again soon. `stopped`: the node was stopped on request,
   * and is not started again unless all nodes are restarted.
   */
  state: "starting" | "ready" | "waiting" | "stopping" | "stopped";
  url?: string;
  pid?: number;
  /** Start of its present process, ms since the epoch. */
  startedAt?: number;
  /** Number of restarts after it had ended by itself. */
  restarts: number;
  /** Reason of its last end, with its last lines of output. */
  lastEnd?: string;
}

/** State of a supervisor, for other processes. */
export interface SupervisorState {
  pid: number;
  /** ms since the epoch. */
  startedAt: number;
  /** Folder of the nodes' log files. */
  log: string;
  /**
   * Restarts of all nodes that have ended, well or not, since the supervisor's start; undefined in the file of an
   * earlier version.
   */
  restartsDone?: number;
  /** A restart of all nodes is under way. */
  isRestarting?: boolean;
  nodes: SupervisedNode[];
}

interface StateFile extends SupervisorState {
  identity: ProcessIdentity;
}

/** There is one supervisor per work folder and machine. */
function fileOf(workFolder: string): string {
  return join(workFolder, ".rojob", `supervisor_${hostname()}.pid`);
}

/**
 * The supervisor of a work folder on this machine.
 * @returns undefined when none lives
 */
export function readSupervisor(workFolder: string): SupervisorState | undefined {
  const read = readState(fileOf(workFolder));
  if (read === undefined || isGone(read.identity)) return undefined;
  const { identity, ...state } = read;
  return state;
}

/** The state of this process, as a file whose first line is its pid: written atomically with each change. */
export class SupervisorFile {
  private constructor(private readonly file: string) {}

  /** @throws Error when another supervisor lives */
  static take(workFolder: string, state: SupervisorState): SupervisorFile {
    const taken = new SupervisorFile(fileOf(workFolder));
    const { file } = taken;
    mkdirSync(dirname(file), { recursive: true });
    const fresh = taken.writeAside(state);
    try {
      // Whole as soon as it exists: of two that start at the same time one finds the other's.
      while (!linkIfFree(fresh, file)) {
        const other = readState(file);
        if (other !== undefined && !isGone(other.identity)) {
          throw new Error(`${file}: process ${other.pid} already supervises the nodes of this work folder`);
        }
        setAside(file, other?.identity);
      }
    } finally {
      rmSync(fresh, { force: true });
    }
    return taken;
  }

  /** @throws Error of the file system */
  write(state: SupervisorState): void {
    renameSync(this.writeAside(state), this.file);
  }

  remove(): void {
    rmSync(this.file, { force: true });
  }

  private writeAside(state: SupervisorState): string {
    const fresh = `${this.file}.${process.pid}`;
    const content: StateFile = { ...state, identity: ownIdentity() };
    writeFileSync(fresh, `${state.pid}\n${JSON.stringify(content)}\n`, { mode: 0o600 });
    return fresh;
  }
}

/** Removes the file of a dead supervisor, and no other that has taken its place. */
function setAside(file: string, dead: ProcessIdentity | undefined): void {
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return; // another one was faster
    throw error;
  }
  const moved = readState(aside)?.identity;
  if (moved !== undefined && (moved.pid !== dead?.pid || moved.startedAt !== dead.startedAt)) linkIfFree(aside, file);
  rmSync(aside, { force: true });
}

function readState(file: string): StateFile | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const state = JSON.parse(text.slice(text.indexOf("\n") + 1)) as StateFile;
    return isIdentity(state.identity) ? state : undefined;
  } catch {
    return undefined; // torn by a full disk, or just being taken
  }
}
