import { toHost, toJava } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";
import { readTar, type TarEntry, writeTar } from "../archive/tar.js";
import { FileInput, FileOutput, GunzipInput, GzipOutput } from "../streams/files.js";
import { BytesInput, InputStream } from "../streams/input.js";
import { OutputStream } from "../streams/output.js";
import { nameOf } from "../streams/paths.js";
import { modeText } from "./info.js";

/** TAR and TAR.GZ archives in files and streams. */

/** Optional properties of an entry. */
interface EntryInfo {
  size?: number;
  lastModified?: number | Date;
  mode?: number;
  uid?: number;
  gid?: number;
}

type AddEntry = (path: string, content: InputStream, info?: EntryInfo) => void;

/** The usual rights of an entry nobody says anything about, with the bit for "regular file". */
const FILE_MODE = 0o100644;
const FOLDER_MODE = 0o40755;

function isZipped(file: unknown, isGzip: boolean | undefined): boolean {
  return isGzip === true || /\.(tar\.gz|tgz)$/.test(String(file));
}

/** Entries of an archive in a file or a stream, which is closed. */
export function entriesOf(source: unknown, isGzip?: boolean): TarEntry[] {
  const isStream = source instanceof InputStream;
  const opened = isStream ? source : new FileInput(source);
  const stream = (isStream ? isGzip : isZipped(source, isGzip)) ? new GunzipInput(opened) : opened;
  try {
    return [...readTar(stream.all())];
  } finally {
    stream.close();
  }
}

function describe(entry: TarEntry): Record<string, unknown> {
  return {
    isDirectory: entry.type === "5",
    isFile: entry.type === "0" || entry.type === "7",
    isLink: entry.type === "1",
    isSymLink: entry.type === "2",
    canonicalPath: entry.name,
    filepath: entry.name,
    filename: entry.name.slice(entry.name.lastIndexOf("/") + 1),
    size: entry.size,
    lastModified: new Date(entry.modifiedMs),
    groupId: entry.groupId,
    group: entry.group,
    userId: entry.userId,
    user: entry.user,
    mode: entry.mode,
    permissions: modeText(entry.mode),
    linkName: entry.linkName,
  };
}

export function write(
  target: unknown,
  isGzip: boolean | undefined,
  fill: (add: AddEntry) => unknown,
  common?: EntryInfo,
): void {
  const isStream = target instanceof OutputStream;
  const opened = isStream ? target : new FileOutput(target, false, true);
  const stream = (isStream ? isGzip : isZipped(target, isGzip)) ? new GzipOutput(opened) : opened;
  const entries: TarEntry[] = [];
  try {
    fill((path, content, info = common) => entries.push(entryFor(String(path), content, info)));
    stream.put(writeTar(entries));
  } finally {
    stream.close();
  }
}

function entryFor(path: string, content: InputStream, info: EntryInfo | undefined): TarEntry {
  const bytes = content.all();
  content.close();
  const name = path.replace(/^\/+/, "");
  const isFolder = name.endsWith("/");
  if (info !== undefined && info.lastModified === undefined)
    throw new TypeError(`the map for ${nameOf(path)} needs lastModified (a date or ms since the epoch)`);
  return {
    name,
    size: bytes.length,
    modifiedMs: Number(info?.lastModified ?? world.host.clock.nowMs()),
    mode: info?.mode ?? (isFolder ? FOLDER_MODE : FILE_MODE),
    userId: info?.uid ?? 0,
    groupId: info?.gid ?? 0,
    user: "",
    group: "",
    type: isFolder ? "5" : "0",
    linkName: "",
    content: bytes,
  };
}

function contentOf(source: unknown, path: string, isGzip?: boolean): Uint8Array | undefined {
  return entriesOf(source, isGzip).find((entry) => entry.name === path)?.content;
}

export const listFilesTAR = (source: unknown, isGzip?: boolean) => entriesOf(source, isGzip).map(describe);

export const readFileTARBytes = (source: unknown, path: string, isGzip?: boolean) => {
  const content = contentOf(source, path, isGzip);
  return content === undefined ? undefined : toJava(content.slice());
};

export const readFileTARStream = (
  source: unknown,
  path: string,
  isGzip: boolean | undefined,
  use: (stream: InputStream) => void,
) => {
  const content = contentOf(source, path, isGzip);
  if (content !== undefined) use(new BytesInput(content));
};

export const writeFileTARBytes = (target: unknown, path: string, isGzip: boolean | undefined, bytes: unknown) =>
  write(target, isGzip, (add) => add(path, new BytesInput(toHost(bytes))));
