import type { RoJobClient } from "./rojob-client.js";
import { RoJobError } from "./rojob-error.js";

/** A file or folder below the work folder. */
export interface WorkEntry {
  isDirectory: boolean;
  isFile: boolean;
  filename: string;
  /** Below the work folder. */
  filepath: string;
  canonicalPath: string;
  /** ms since the epoch. */
  lastModified: number;
  createTime: number;
  lastAccess: number;
  /** Bytes. */
  size: number;
  permissions: string;
  path: string;
}

/** Memory of a node, bytes. */
export interface Memory {
  max: number;
  total: number;
  used: number;
  free: number;
}

/**
 * The management jobs of a node (`run/rojob/`, `run/in/`), one method per job. Each throws RoJobError with the job's
 * message when it fails.
 */
export class Management {
  constructor(private readonly client: RoJobClient) {}

  /** Files and folders below the work folder, recursively. */
  async listWork(path?: string): Promise<WorkEntry[]> {
    return (await this.run<{ work: WorkEntry[] }>("rojob/listwork.yaml", { path })).work;
  }

  /** Removes a file or folder of the work folder; returns the number of removed ones. */
  async cleanWork(path: string): Promise<number> {
    return (await this.run<{ deleted: number }>("rojob/cleanwork.yaml", { path })).deleted;
  }

  /** Memory of the node's process. */
  getMemory(): Promise<Memory> {
    return this.run("rojob/getmem.yaml", {});
  }

  /** Settings and versions of the node. */
  showVars(): Promise<{ rojob: Record<string, unknown>; openaf: { version: string; opacks: unknown[] } }> {
    return this.run("rojob/showvars.yaml", {});
  }

  /**
   * Stores an oJob that runs whenever a node of the work folder starts.
   * @param name as `x.yaml` or `x.json`, no folder
   */
  async setInitJob(name: string, ojob: string): Promise<void> {
    await this.run("rojob/setinitjob.yaml", { name, job: ojob });
  }

  /** Removes all initialization jobs of the work folder. */
  async clearInitJobs(): Promise<void> {
    await this.run("rojob/clearinitjobs.yaml", {});
  }

  /** Clones a git repository into a folder below the work folder, or updates it. */
  async gitClone(args: {
    giturl: string;
    target: string;
    branch?: string;
    user?: string;
    pass?: string;
  }): Promise<"clone" | "pull"> {
    return (await this.run<{ action: "clone" | "pull" }>("in/gitclone.yaml", args)).action;
  }

  /** Packs a folder below the work folder; returns the path of the ZIP file there. */
  async zipFolder(source: string): Promise<string> {
    return (await this.run<{ zipFile: string }>("in/zipfolder.yaml", { source })).zipFile;
  }

  private async run<T>(path: string, args: object): Promise<T> {
    const { state, result, errors } = await this.client.run(path, args);
    const { error } = (result ?? {}) as { error?: unknown };
    if (state === "done" && error === undefined) return result as T;
    const said = error ?? errors[0]?.error[0] ?? `it ended as ${state}`;
    throw new RoJobError(`${path}: ${said}`, 200, "management_failed");
  }
}
