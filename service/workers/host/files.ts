import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { FileStat, HostFiles } from "../../runtime/base/host.js";
import type { HostState } from "./index.js";

/** Files of one run: paths are relative to its working folder, and files it left open are closed after it. */
export function createFiles(state: HostState): HostFiles {
  /** An empty name is no file, and not the working folder: removing it must not remove that. */
  const at = (name: string): string => {
    if (String(name) === "") throw Object.assign(new Error("ENOENT: the path is empty"), { code: "ENOENT" });
    return path.resolve(state.options.cwd, String(name));
  };
  const closers = new Map<number, () => string | undefined>();

  return {
    read: (name) => fs.readFileSync(at(name)),
    readText(name, encoding = "utf8") {
      const bytes = fs.readFileSync(at(name));
      return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    },
    write(name, data, append = false) {
      const file = at(name);
      if (append) fs.appendFileSync(file, data);
      else fs.writeFileSync(file, data);
    },
    stat(name, noFollow = false) {
      if (String(name) === "") return "";
      const file = at(name);
      const link = fs.lstatSync(file, { throwIfNoEntry: false });
      if (link === undefined) return "";
      const stat = noFollow ? link : (fs.statSync(file, { throwIfNoEntry: false }) ?? link);
      return JSON.stringify(describe(file, stat, link.isSymbolicLink()));
    },
    list: (name) => JSON.stringify(fs.readdirSync(at(name))),
    mkdir(name) {
      if (fs.existsSync(at(name))) return false;
      return fs.mkdirSync(at(name), { recursive: true }) !== undefined;
    },
    remove(name) {
      if (fs.lstatSync(at(name), { throwIfNoEntry: false }) === undefined) return false;
      fs.rmSync(at(name), { recursive: true, force: true });
      return true;
    },
    rename: (from, to) => fs.renameSync(at(from), at(to)),
    copy(from, to) {
      fs.copyFileSync(at(from), at(to));
      const stat = fs.statSync(at(from));
      fs.utimesSync(at(to), stat.atime, stat.mtime);
    },
    chmod: (name, mode) => fs.chmodSync(at(name), mode),
    utimes: (name, accessMs, modifiedMs) => fs.utimesSync(at(name), accessMs / 1000, modifiedMs / 1000),
    readLink: (name) => fs.readlinkSync(at(name)),
    link: (target, name) => fs.symlinkSync(target, at(name)),
    canonical: (name) => canonical(path.resolve(state.options.cwd, String(name))),
    temp(prefix, suffix, folder = os.tmpdir(), isFolder = false) {
      const unique = `${prefix}${process.pid}${process.hrtime.bigint()}${suffix}`;
      const made = path.join(at(folder), unique);
      if (isFolder) fs.mkdirSync(made);
      else fs.closeSync(fs.openSync(made, "wx", 0o600));
      state.closers.add(() => {
        fs.rmSync(made, { recursive: true, force: true });
        return undefined;
      });
      return made;
    },
    open(name, flags) {
      const fd = fs.openSync(at(name), flags);
      const close = (): string => {
        fs.closeSync(fd);
        return `open file ${name}`;
      };
      closers.set(fd, close);
      state.closers.add(close);
      return fd;
    },
    readChunk(fd, length, position) {
      const chunk = Buffer.allocUnsafe(length);
      return chunk.subarray(0, fs.readSync(own(fd), chunk, 0, length, position ?? null));
    },
    writeChunk: (fd, data, position) => fs.writeSync(own(fd), data, 0, data.length, position ?? null),
    close(fd) {
      const close = closers.get(fd);
      if (close === undefined) return;
      closers.delete(fd);
      state.closers.delete(close);
      fs.closeSync(fd);
    },
  };

  /** Only descriptors that the run opened: the worker's own descriptors are not for job code. */
  function own(fd: number): number {
    if (!closers.has(fd)) throw Object.assign(new Error(`${fd} is not an open file of this run`), { code: "EBADF" });
    return fd;
  }
}

function describe(file: string, stat: fs.Stats, isLink: boolean): FileStat {
  const may = (mode: number, letter: string): string => {
    try {
      fs.accessSync(file, mode);
      return letter;
    } catch {
      return ""; // not permitted: that is the answer
    }
  };
  return {
    isFile: stat.isFile(),
    isFolder: stat.isDirectory(),
    isLink,
    size: stat.size,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    modifiedMs: Math.floor(stat.mtimeMs),
    createdMs: Math.floor(stat.birthtimeMs),
    accessedMs: Math.floor(stat.atimeMs),
    // Most files are not executable: their mode shows it without an exception each.
    access:
      (stat.mode & 0o111 ? may(fs.constants.X_OK, "x") : "") +
      may(fs.constants.R_OK, "r") +
      may(fs.constants.W_OK, "w"),
  };
}

/** Resolves links of the part of the path that exists. */
function canonical(file: string): string {
  for (let known = file, rest = ""; ; ) {
    if (fs.existsSync(known)) return path.join(fs.realpathSync.native(known), rest);
    const parent = path.dirname(known);
    if (parent === known) return file;
    rest = path.join(path.basename(known), rest);
    known = parent;
  }
}
