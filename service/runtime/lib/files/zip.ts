import { jobScope } from "../../base/job-scope.js";
import { encode, toHost, toJava } from "../../base/values/bytes.js";
import { asNioRead, asStream, JavaException } from "../../base/values/errors.js";
import { JavaObject } from "../../base/values/object.js";
import { world } from "../../base/world.js";
import { pack, readZip, unpack, writeZip, type ZipEntry } from "../archive/zip.js";
import { BytesInput, InputStream } from "../streams/input.js";
import { mkdir } from "./folders.js";
import { type FileInfo, listRecursive } from "./info.js";
import { writeData } from "./write.js";

/** ZIP archives: the class of `plugin("ZIP")`, `io.zip`, `io.unzip`. */

interface ZipOptions {
  /** 0 (fast) to 9 (small); a number or its text. */
  compressionLevel?: number | string;
}

/** Reports a step, with a map of its details. */
type Report = (message: string, detail?: unknown) => void;

/** An archive in memory, and actions on archives in files. */
export class Zip extends JavaObject {
  static override readonly className: string = "openaf.plugins.ZIP";
  private entries = new Map<string, ZipEntry>();

  constructor(bytes?: unknown) {
    super();
    if (bytes !== undefined && bytes !== null) this.load(bytes);
  }

  load(bytes: unknown): void {
    this.entries = readZip(toHost(bytes).slice());
  }

  loadFile(file: unknown): void {
    this.entries = readFile(file);
  }

  /** @param file an archive to look at instead of the one in memory */
  list(file?: unknown): Record<string, unknown> {
    const list: Record<string, unknown> = {};
    for (const entry of (file === undefined ? this.entries : readFile(file)).values()) {
      const { name, size, compressedSize, crc, time, comment } = entry;
      list[name] = { name, size, compressedSize, crc, time, comment };
    }
    return list;
  }

  getFile(name: unknown): Int8Array {
    return contentOf(this.entries, String(name));
  }

  putFile(name: unknown, data: unknown): void {
    this.entries.set(String(name), pack(String(name), bytesOf(data)));
  }

  remove(name: unknown): this {
    this.entries.delete(String(name));
    return this;
  }

  generate(options?: ZipOptions): Int8Array {
    return toJava(writeZip(withLevel(this.entries.values(), options)));
  }

  generate2File(file: unknown, options?: ZipOptions): void {
    writeFile(file, withLevel(this.entries.values(), options));
  }

  close(): void {
    this.entries = new Map();
  }

  streamGetFile(file: unknown, name: unknown): Int8Array {
    return contentOf(readFile(file), String(name));
  }

  streamGetFileStream(file: unknown, name: unknown): InputStream {
    return new BytesInput(contentOf(readFile(file), String(name)));
  }

  streamPutFile(file: unknown, name: unknown, data: unknown): void {
    change(file, (entries) => entries.set(String(name), pack(String(name), bytesOf(data))));
  }

  /** One stream, or an array of `{ n: name, s: stream }`. */
  streamPutFileStream(file: unknown, name: unknown, data: InputStream | { n: string; s: InputStream }[]): void {
    const parts = Array.isArray(data) ? data : [{ n: String(name), s: data }];
    change(file, (entries) => {
      for (const part of parts) entries.set(part.n, pack(part.n, part.s.all()));
    });
  }

  streamRemoveFile(file: unknown, name: unknown): void {
    change(file, (entries) => entries.delete(String(name)));
  }

  streamCreate(file: unknown): void {
    writeFile(file, []);
  }

  streamCreateFolder(file: unknown, folder: unknown): boolean {
    const name = `${String(folder).replace(/\/$/, "")}/`;
    let isNew = false;
    change(file, (entries) => {
      isNew = !entries.has(name);
      if (isNew) entries.set(name, pack(name, new Uint8Array(0)));
    });
    return isNew;
  }

  gzip(bytes: unknown): Int8Array {
    return toJava(world.host.bytes.gzip(toHost(bytes)));
  }

  gunzip(bytes: unknown): Int8Array {
    return toJava(world.host.bytes.gunzip(toHost(bytes)));
  }
}

function readFile(file: unknown): Map<string, ZipEntry> {
  return readZip(asNioRead(String(file), () => world.host.files.read(String(file))));
}

function writeFile(file: unknown, entries: Iterable<ZipEntry>): void {
  asStream(String(file), () => world.host.files.write(String(file), writeZip(entries)));
}

/** Changes an archive on disk; one that is not there is made. */
function change(file: unknown, edit: (entries: Map<string, ZipEntry>) => unknown): void {
  const entries = world.host.files.stat(String(file)) === "" ? new Map<string, ZipEntry>() : readFile(file);
  edit(entries);
  writeFile(file, entries.values());
}

function contentOf(entries: Map<string, ZipEntry>, name: string): Int8Array {
  const entry = entries.get(name);
  if (entry === undefined)
    throw new JavaException("java.lang.NullPointerException", `entry '${name}' is not in the archive`);
  return toJava(unpack(entry).slice());
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof InputStream) return data.all();
  return ArrayBuffer.isView(data) ? toHost(data).slice() : encode(String(data));
}

function* withLevel(entries: Iterable<ZipEntry>, options?: ZipOptions): Generator<ZipEntry> {
  const level = options?.compressionLevel === undefined ? undefined : Number(options.compressionLevel);
  for (const entry of entries) yield level === undefined ? entry : pack(entry.name, unpack(entry), level, entry.time);
}

const onOutput: Report = (message) => jobScope.print(message);
const onErrors: Report = (message) => jobScope.printErr(message);

export function unzip(file: unknown, folder = ".", log: Report = onOutput, logError: Report = onErrors): void {
  const archive = asStream(String(file), () => world.host.files.read(String(file)));
  for (const entry of readZip(archive).values()) {
    const at = entry.name.lastIndexOf("/");
    const parent = `${folder}/${entry.name.slice(0, Math.max(0, at))}`;
    const name = entry.name.slice(at + 1);
    try {
      if (`/${entry.name}/`.includes("/../")) throw new Error("its path leaves the folder");
      if (world.host.files.stat(parent) === "") {
        log(`Creating dir ${parent}`, { type: "dir", target: parent });
        mkdir(parent);
      }
      if (name === "") continue;
      const target = `${parent}/${name}`;
      log(`Extracting ${entry.name} -> ${target}`, { type: "file", source: entry.name, target });
      writeData(target, unpack(entry));
    } catch (error) {
      logError(`ERROR: [${parent} | ${name}] ${error}`, error);
    }
  }
}

export function zip(folder: string, file: unknown, log: Report = onOutput, logError: Report = onErrors): void {
  const entries: ZipEntry[] = [];
  const add = (info: FileInfo, name: string): void => {
    if (info.isFile) {
      log(`Adding ${info.filepath} to zip as ${name}`, { type: "file", source: info, target: name });
      entries.push(pack(name, world.host.files.read(info.filepath)));
    } else {
      log(`Adding directory ${info.filepath} to zip as ${name}`, { type: "dir", source: info, target: `${name}/` });
      entries.push(pack(`${name}/`, new Uint8Array(0)));
    }
  };
  for (const info of listRecursive(folder)) {
    try {
      add(info, info.filepath.slice(folder.length + 1));
    } catch (error) {
      logError(`ERROR: [${info.filepath}] ${error}`, error);
    }
  }
  writeFile(file, entries);
}
