import { authorizedDomains, findFile, urlOf } from "../ojob/load/files.js";
import { packDocument } from "../ojob/packs/index.js";
import type { FoundInclude } from "./queries.js";

/** The target of a name in `include`, by the engine's own rules; nothing is fetched. */
export function findInclude(name: string): FoundInclude {
  if (/\.enc$/i.test(name)) return { kind: "encrypted" };
  const url = urlOf(name);
  if (url !== undefined) {
    const host = /^https?:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(url)?.[1] ?? "";
    return { kind: "url", url, isAuthorized: authorizedDomains().includes(host) };
  }
  const found = findFile(name);
  if (found !== undefined) return { kind: "file", ...found };
  const document = packDocument(name);
  return document === undefined ? { kind: "none" } : { kind: "pack", document };
}
