import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, normalize, sep } from "node:path";
import { ServiceError } from "../base/errors.js";
import { Lru } from "../base/lru.js";
import type { OJobSource, OJobSources } from "./ojob-source.js";

/** A job of the run folder, ready to be run. */
export interface RunJob {
  /** Its path below the run folder. */
  file: string;
  text: string;
  source: OJobSource;
}

interface Kept {
  job: RunJob;
  stamp: string;
}

const MAX_JOBS = 1000;
/** Folders of the jobs that every node ships. */
const SHIPPED = /^(rojob|in)\//;
/** Characters of all texts kept. */
const MAX_CHARACTERS = 64_000_000;

/**
 * The jobs that can be run by name. A file is read and parsed again when its size, times or identity change.
 *
 * Calls to the file system block: one `stat` of a file just used takes microseconds, the way through the thread pool
 * a multiple of that.
 */
export class RunFolder {
  private readonly kept = new Lru<Kept>(MAX_JOBS, MAX_CHARACTERS);

  /** @param shipped folder of the jobs every node has; used for jobs of {@link SHIPPED} that the run folder lacks */
  constructor(
    private readonly folder: string,
    private readonly sources: OJobSources,
    private readonly shipped?: string,
  ) {}

  /**
   * Finds the job of a path below the folder. Links are followed as long as they stay in the folder. Messages quote the
   * given path, never the place of the folder.
   * @throws ServiceError `run_path_bad`, `run_path_escapes`, `run_not_found`, `run_unreadable`, and those of
   *   {@link OJobSources.parse}
   */
  find(path: string): RunJob {
    const file = relativePath(path);
    try {
      return this.findIn(this.folder, file, path);
    } catch (error) {
      const isMissing = error instanceof ServiceError && error.code === "run_not_found";
      if (!isMissing || this.shipped === undefined || !SHIPPED.test(file)) throw error;
      return this.findIn(this.shipped, file, path);
    }
  }

  private findIn(folder: string, file: string, path: string): RunJob {
    const full = join(folder, file);
    const stats = this.look(() => statSync(full), path);
    if (!stats.isFile()) throw new ServiceError("run_not_found", { path });
    const stamp = stampOf(stats);
    // A changed link shows another file, so the path to the same file need not be resolved again.
    const kept = this.kept.get(file);
    if (kept?.stamp === stamp) return kept.job;
    const text = this.read(folder, full, path);
    const job = { file, text, source: this.sources.parse(text, "any", file) };
    this.kept.set(file, { job, stamp }, text.length);
    return job;
  }

  private read(folder: string, full: string, path: string): string {
    const root = this.look(() => realpathSync(folder), path);
    const real = this.look(() => realpathSync(full), path);
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) throw new ServiceError("run_path_escapes", { path });
    const bytes = this.look(() => readFileSync(real), path);
    if (!isUtf8(bytes)) throw new ServiceError("run_unreadable", { path, code: "not UTF-8" });
    return bytes.toString("utf8").replace(/^\uFEFF/, "");
  }

  private look<T>(action: () => T, path: string): T {
    try {
      return action();
    } catch (cause) {
      const { code = "unknown" } = cause as NodeJS.ErrnoException;
      if (["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"].includes(code)) {
        throw new ServiceError("run_not_found", { path }, { cause });
      }
      throw new ServiceError("run_unreadable", { path, code }, { cause });
    }
  }
}

/** The normalised path, if its text stays below the folder. */
function relativePath(path: string): string {
  const refuse = (problem: string): never => {
    throw new ServiceError("run_path_bad", { path, problem });
  };
  if (/[\0-\x1f\x7f]/.test(path)) return refuse("has a control character");
  if (path.includes("\\") || /^[A-Za-z]:/.test(path)) return refuse("is not a path below a folder");
  // A leading slash means the run folder itself, as it did in the original.
  const file = normalize(path.replace(/^\/+/, ""));
  if (file === ".." || file.startsWith(`..${sep}`)) throw new ServiceError("run_path_escapes", { path });
  if (!/\.(ya?ml|json)$/.test(file)) return refuse("does not have the ending of a job");
  return file;
}

function stampOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
}
