import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import type { OJobDocument } from "../model/shapes.js";
import { missingPackFile, packDocument } from "../packs/index.js";
import { parseOJob } from "./document.js";

/** Domains job files may be fetched from without being asked for in full. */
const DEFAULT_DOMAINS = ["ojob.io"];

/** A job file as it was found. */
export interface FoundFile {
  /** Its path, for messages and places. */
  path: string;
  text: string;
}

/**
 * The parsed content of a job file, by the ending of its name; an empty document when it holds no job definition.
 * @throws text `File not found! (NAME)`, or an Error of the parser
 */
export function readJobFile(name: string): { path: string; document: OJobDocument } {
  if (/\.enc$/i.test(name))
    throw new Error(`${name} is encrypted: the embedded engine has no key for it; run it decrypted`);
  const url = urlOf(name);
  if (url !== undefined) return { path: url, document: fetchJobFile(url) };
  const found = findFile(name);
  if (found === undefined) {
    const document = packDocument(name);
    if (document === undefined) throw missingPackFile(name) ?? `File not found! (${name})`;
    return { path: name, document };
  }
  if (!/\.(ya?ml|js(on)?)$/i.test(name)) return { path: found.path, document: {} };
  return { path: found.path, document: parseOJob(found.text, found.path) ?? { isNone: true } };
}

/** Is it a job file that this engine has by itself? */
export function isPackFile(name: string): boolean {
  return urlOf(name) === undefined && findFile(name) === undefined && packDocument(name) !== undefined;
}

/** A file by the name it has in a job: relative to the working folder, else in the node's folder of functions. */
export function findFile(name: string): FoundFile | undefined {
  const { files } = world.host;
  const folder = world.request.runFolder;
  for (const path of folder === undefined || name.startsWith("/") ? [name] : [name, `${folder}/${name}`]) {
    const stat = files.stat(path);
    if (stat !== "" && JSON.parse(stat).isFile) return { path, text: files.readText(path) };
  }
  return undefined;
}

/** The address a name stands for; undefined when it is that of a file. */
export function urlOf(name: string): string | undefined {
  if (/^https?:\/\//i.test(name)) return completed(name);
  const isDomain = authorizedDomains().some((domain) => name.startsWith(domain));
  return isDomain && world.host.files.stat(name) === "" ? completed(`https://${name}`) : undefined;
}

/** A path without an ending stands for its JSON form. */
function completed(url: string): string {
  if (/\.(ya?ml|js(on)?)$/i.test(url)) return url;
  const path = /^https?:\/\/[^/?#]+([^?#]*)/i.exec(url)?.[1] ?? "";
  if (path === "") return `${url}/index.json`;
  if (path.endsWith("/")) return `${url}index.json`;
  return url.includes("?") ? url : `${url}.json`;
}

/** Domains job files may come from. */
export function authorizedDomains(): string[] {
  const named = world.host.process.env("OJOB_AUTHORIZEDDOMAINS");
  return named === undefined || named === "" ? DEFAULT_DOMAINS : named.split(",").map((domain) => domain.trim());
}

function fetchJobFile(url: string): OJobDocument {
  const host = /^https?:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(url)?.[1] ?? "";
  if (!authorizedDomains().includes(host)) return { jobs: [{ name: "Unauthorized URL" }], todo: ["Unauthorized URL"] };
  const fetched = jobScope.$rest({ throwExceptions: true }).get(url);
  const text = typeof fetched === "string" ? fetched : JSON.stringify(fetched);
  return parseOJob(text, url) ?? { isNone: true };
}
