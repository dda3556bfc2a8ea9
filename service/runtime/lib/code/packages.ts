import { world } from "../../base/world.js";
import { fileExists, fileInfo } from "../files/info.js";
import { VERSION } from "../system/system.js";
import { missingPacks } from "./packs.js";

/** oPacks, the packages of OpenAF. Nothing is installed here; a folder that a job includes is known from then on. */

const included = new Map<string, string>();

export function paths(): Record<string, string> {
  return { OpenAF: world.host.process.cwd(), ...Object.fromEntries(included) };
}

/** A file of an included package: `@name/file.js`, or a name to look for in all of them. */
export function packageFile(name: string): string | undefined {
  const [, pack, rest] = /^@([^/]+)\/(.+)$/.exec(name) ?? [];
  const folders = pack === undefined ? [...included.values()] : [included.get(pack)];
  for (const folder of folders) {
    const file = `${folder}/${rest ?? name}`;
    if (folder !== undefined && fileExists(file)) return file;
  }
  return undefined;
}

/** @throws a text when the package is not there, or not new enough */
export function include(name: unknown, minVersion?: unknown): boolean {
  if (typeof name !== "string") throw "The opack name needs to be a string";
  if (name.toLowerCase() === "openaf") {
    if (minVersion !== undefined && Number(VERSION) < Number(minVersion))
      throw `The OpenAF version is ${VERSION}. It needs to be updated to ${minVersion}`;
    return true;
  }
  if (missingPacks([name]).length > 0 && !included.has(name)) {
    if (!fileExists(name) || !fileInfo(name).isDirectory) throw `Couldn't install opack '${name}'.`;
    included.set(name, fileInfo(name).canonicalPath);
  }
  return true;
}

/** Plugins that became packages of their own: asking for one says so. Any other name is accepted in silence. */
const moved: Record<string, string> = { SMB: "smb", Ignite: "ignite", SVN: "svn", DOC: "xls" };

export function plugin(name: unknown): void {
  const short = String(name).replace(/^openaf\.plugins\./, "");
  const pack = moved[short];
  if (pack !== undefined)
    throw `The ${short} plugin is not part of the engine: it needs the oPack plugin-${pack} ("opack install plugin-${pack}").`;
}

export function loadJars(folder: unknown): void {
  if (!fileExists(folder) || fileInfo(folder).isFile) throw "Folder not found.";
  throw new Error("loadExternalJars is not available in the embedded engine");
}

export function describeAll(): Record<string, { name: string; version: string }> {
  const described: Record<string, { name: string; version: string }> = {};
  for (const [name, path] of Object.entries(paths()))
    described[name === "OpenAF" ? name : path] = { name, version: name === "OpenAF" ? VERSION : "0" };
  return described;
}

export const getOPackPath = (name: unknown) => paths()[String(name)];

export const getOPackRemoteDB = () => ({});
