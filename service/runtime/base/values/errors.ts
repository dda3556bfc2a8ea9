import { Throwable } from "./throwable.js";

/**
 * Errors the way job code knows them from OpenAF: `String(e)` is `JavaException: <class>: <message>`.
 * Jobs match on these texts, so the class names are part of the language.
 */
export class JavaException extends Error {
  override readonly name = "JavaException";
  readonly #javaClass: string;
  readonly #detail: string | undefined;

  /**
   * @param javaClass full name of the Java class, e.g. `java.io.IOException`
   * @param detail its message
   */
  constructor(javaClass: string, detail?: string) {
    super(detail === undefined ? javaClass : `${javaClass}: ${detail}`);
    this.#javaClass = javaClass;
    this.#detail = detail;
  }

  /** Only errors of Java classes have it: jobs use it to distinguish them from JavaScript errors. */
  get javaException(): Throwable {
    return new Throwable(this.#javaClass, this.#detail, this.stack);
  }
}

/** An error of the host: `code` is the one of the operating system. */
interface HostError {
  code?: string;
  message: string;
}

/**
 * Calls `use`; what the host refuses becomes the exception Java's NIO (`java.nio.file.Files`) has for it.
 * @param path the path as the job gave it, which the text repeats
 */
export function asNio<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw nioException(path, error as HostError);
  }
}

function nioException(path: string, error: HostError): unknown {
  switch (error.code) {
    case undefined:
      return error;
    case "ENOENT":
      return new JavaException("java.nio.file.NoSuchFileException", path);
    case "EACCES":
    case "EPERM":
      return new JavaException("java.nio.file.AccessDeniedException", path);
    case "EEXIST":
      return new JavaException("java.nio.file.FileAlreadyExistsException", path);
    case "ENOTEMPTY":
      return new JavaException("java.nio.file.DirectoryNotEmptyException", path);
    default:
      return new JavaException("java.nio.file.FileSystemException", `${path}: ${reasonOf(error)}`);
  }
}

/** The same for reading a whole file: NIO opens a folder and only fails at the first read. */
export function asNioRead<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if ((error as HostError).code === "EISDIR") throw new JavaException("java.io.IOException", "Is a directory");
    throw nioException(path, error as HostError);
  }
}

/** The same for the older stream classes, which have one exception for everything that cannot be opened. */
export function asStream<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    const hostError = error as HostError;
    if (hostError.code === undefined) throw error;
    throw new JavaException("java.io.FileNotFoundException", `${path} (${reasonOf(hostError)})`);
  }
}

/** The words of the operating system for the codes that files can cause. */
const reasons: Record<string, string> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EPERM: "Operation not permitted",
  EISDIR: "Is a directory",
  ENOTDIR: "Not a directory",
  ENOTEMPTY: "Directory not empty",
  EXDEV: "Invalid cross-device link",
  ENOSPC: "No space left on device",
  EROFS: "Read-only file system",
  ELOOP: "Too many levels of symbolic links",
  EMFILE: "Too many open files",
  ENAMETOOLONG: "File name too long",
  EINVAL: "Invalid argument",
};

/** `error` of the host in words, without the path and the call Node adds. */
export function reasonOf(error: { code?: string; message: string }): string {
  return reasons[error.code ?? ""] ?? error.message;
}
