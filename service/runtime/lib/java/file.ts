import { asNio } from "../../base/values/errors.js";
import { JavaObject } from "../../base/values/object.js";
import { world } from "../../base/world.js";
import { fileExists, statOf } from "../files/info.js";
import { cleanPath, inFolder, nameOf, parentOf } from "../streams/paths.js";

/** `java.io.File`: a path, and what is there. */
export class File extends JavaObject {
  static override readonly className = "java.io.File";
  static readonly separator = "/";
  static readonly separatorChar = "/";
  static readonly pathSeparator = ":";
  static readonly pathSeparatorChar = ":";
  private readonly path: string;

  constructor(path: unknown, child?: unknown) {
    super();
    this.path = cleanPath(child === undefined ? String(path) : inFolder(String(path), String(child)));
  }

  static createTempFile(prefix: unknown, suffix: unknown, folder?: unknown): File {
    const parent = folder === undefined || folder === null ? undefined : String(folder);
    return new File(world.host.files.temp(String(prefix), String(suffix ?? ".tmp"), parent));
  }

  getName = (): string => nameOf(this.path);
  getPath = (): string => this.path;
  getParent = (): string | null => parentOf(this.path) ?? null;
  getParentFile = (): File | null => (parentOf(this.path) === undefined ? null : new File(parentOf(this.path)));
  getAbsolutePath = (): string => (this.isAbsolute() ? this.path : inFolder(world.host.process.cwd(), this.path));
  getAbsoluteFile = (): File => new File(this.getAbsolutePath());
  getCanonicalPath = (): string => world.host.files.canonical(this.path);
  getCanonicalFile = (): File => new File(this.getCanonicalPath());
  toPath = (): File => this;
  toFile = (): File => this;
  toURI = (): string => `file:${this.getAbsolutePath()}`;
  isAbsolute = (): boolean => this.path.startsWith("/");
  exists = (): boolean => fileExists(this.path);
  isFile = (): boolean => statOf(this.path)?.isFile ?? false;
  isDirectory = (): boolean => statOf(this.path)?.isFolder ?? false;
  isHidden = (): boolean => this.getName().startsWith(".");
  canRead = (): boolean => statOf(this.path)?.access.includes("r") ?? false;
  canWrite = (): boolean => statOf(this.path)?.access.includes("w") ?? false;
  canExecute = (): boolean => statOf(this.path)?.access.includes("x") ?? false;
  length = (): number => statOf(this.path)?.size ?? 0;
  lastModified = (): number => statOf(this.path)?.modifiedMs ?? 0;

  setLastModified(ms: number): boolean {
    return succeeds(() => world.host.files.utimes(this.path, ms, ms));
  }

  setExecutable(flag: boolean): boolean {
    return this.changeMode(0o111, flag);
  }

  setReadable(flag: boolean): boolean {
    return this.changeMode(0o444, flag);
  }

  setWritable(flag: boolean): boolean {
    return this.changeMode(0o222, flag);
  }

  private changeMode(bits: number, flag: boolean): boolean {
    const mode = statOf(this.path)?.mode;
    return mode !== undefined && succeeds(() => world.host.files.chmod(this.path, flag ? mode | bits : mode & ~bits));
  }

  /** Names of a folder's entries; null when it is none. */
  list(): string[] | null {
    return this.isDirectory() ? (JSON.parse(world.host.files.list(this.path)) as string[]) : null;
  }

  listFiles(): File[] | null {
    return this.list()?.map((name) => new File(this.path, name)) ?? null;
  }

  mkdir(): boolean {
    const parent = parentOf(this.path);
    return (parent === undefined || fileExists(parent)) && this.mkdirs();
  }

  mkdirs(): boolean {
    let made = false;
    return succeeds(() => (made = world.host.files.mkdir(this.path))) && made;
  }

  /** Unlike `io.rm` it does not touch a folder that is not empty. */
  delete(): boolean {
    if ((this.list()?.length ?? 0) > 0) return false;
    let removed = false;
    return succeeds(() => (removed = world.host.files.remove(this.path))) && removed;
  }

  deleteOnExit(): void {}

  renameTo(target: unknown): boolean {
    return succeeds(() => world.host.files.rename(this.path, String(target)));
  }

  createNewFile(): boolean {
    if (this.exists()) return false;
    asNio(this.path, () => world.host.files.write(this.path, ""));
    return true;
  }

  override equals(other: unknown): boolean {
    return other instanceof File && other.path === this.path;
  }

  override toString(): string {
    return this.path;
  }
}

/** The methods of this class answer with false where the system refuses. */
function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false; // see above
  }
}
