import { world } from "../../base/world.js";
import { type FileInfo, fileExists, folderEntries, statOf } from "../../lib/files/info.js";
import { inFolder } from "../../lib/streams/paths.js";

const SERVICE_FOLDER = ".rojob";

/**
 * `ROJOB.work`: the work folder, without the part that belongs to the service. Paths are below the folder; links count as
 * what they lead to. What is thrown is a text, which is the reply's `error`.
 */
export class WorkFolder {
  private readonly root: string;
  private readonly serviceFolder: string;

  /** @param folder WORK_DIR */
  constructor(private readonly folder: string) {
    this.root = world.host.files.canonical(folder);
    this.serviceFolder = inFolder(this.root, SERVICE_FOLDER);
  }

  /**
   * The absolute path of a path below the work folder, links resolved; it need not exist.
   * @throws text when it leads out of the folder or into that of the service
   */
  path(path: unknown): string {
    const given = text(path);
    const full = inFolder(this.folder, given.replace(/^\/+/, ""));
    const real = world.host.files.canonical(full);
    const isDangling = statOf(full, true)?.isLink === true && !fileExists(full);
    if (given.includes("\0") || isDangling || !this.isOurs(real)) throw `Invalid path: '${given}'`;
    return real;
  }

  /** Everything below a path, folders before what is in them; below the whole folder when the path is none of it. */
  list(path?: unknown): FileInfo[] {
    const found: FileInfo[] = [];
    const waiting = [this.pathOrAll(path)];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const entry of folderEntries(at) ?? []) {
        const isLink = statOf(entry.filepath, true)?.isLink === true;
        if (!this.isOurs(entry.canonicalPath)) continue;
        found.push({ ...entry, path: at });
        if (entry.isDirectory && !isLink) waiting.push(entry.filepath);
      }
    }
    return found;
  }

  /**
   * Removes a file, or a folder with all that is in it; of the work folder itself only what is in it.
   * @returns how many of them: the file, or the folder and what was directly in it
   * @throws text when the path is not below the work folder or nothing is there
   */
  clean(path?: unknown): number {
    const given = text(path);
    const target = this.path(given);
    const info = statOf(target);
    if (info === undefined) throw `File/folder not found: '${given}'`;
    const { files } = world.host;
    if (!info.isFolder) return Number(files.remove(target));
    let removed = 0;
    for (const name of JSON.parse(files.list(target)) as string[]) {
      if (target === this.root && name === SERVICE_FOLDER) continue;
      removed += Number(files.remove(inFolder(target, name)));
    }
    if (target !== this.root) removed += Number(files.remove(target));
    return removed;
  }

  /**
   * Keeps an oJob to be run at each start of the node, and every INITCHECK seconds.
   * @param name a file name ending in `.yaml` or `.json`; one that is there is replaced
   */
  setInitJob(name: unknown, job: unknown): void {
    const file = text(name);
    if (text(job) === "") throw "Please provide the job as a text.";
    if (file === "") throw "Please provide the name of the file.";
    if (!/\.(yaml|json)$/.test(file)) throw "Filename needs to be .yaml or .json";
    if (/[/\\\0]/.test(file)) throw "Filename can not refer to other folders.";
    if (world.request.node?.isRunOnly) throw "This node has RUNONLY=true: it takes no jobs but those of its run folder";
    const { files, bytes } = world.host;
    const target = inFolder(this.serviceFolder, file);
    // A node that looks for initialization jobs sees the whole text or none of it.
    const unfinished = `${target}.${bytes.uuid()}.tmp`;
    files.write(unfinished, text(job));
    files.rename(unfinished, target);
  }

  /** Removes all initialization jobs. @returns how many there were */
  clearInitJobs(): number {
    const jobs = (folderEntries(this.serviceFolder) ?? []).filter(
      ({ filename, isFile }) => isFile && /\.(yaml|yml|json)$/.test(filename),
    );
    for (const { filepath } of jobs) world.host.files.remove(filepath);
    return jobs.length;
  }

  private isOurs(real: string): boolean {
    return isBelow(real, this.root) && !isBelow(real, this.serviceFolder);
  }

  private pathOrAll(path: unknown): string {
    try {
      return this.path(path);
    } catch {
      return this.root; // as the original listed a path of elsewhere
    }
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(inFolder(folder, ""));
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}
