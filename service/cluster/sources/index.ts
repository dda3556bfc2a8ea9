// Sources of node addresses: lists, name servers, the pid files of a shared work folder.
export { nodesOfWorkFolder, resolveSource } from "./resolve.js";
export { readFallbacks, readSources } from "./source.js";
