import { describeAll, getOPackPath, getOPackRemoteDB, include, loadJars, paths, plugin } from "../lib/code/packages.js";

export const scope = {
  includeOPack: include,
  getOPackPath,
  getOPackPaths: paths,
  getOPackLocalDB: describeAll,
  getOPackRemoteDB,
  plugin,
  "af.plugin": plugin,
  loadExternalJars: loadJars,
  PACKAGEJSON: ".package.json",
  PACKAGEYAML: ".package.yaml",
  PACKAGESJSON: "packages.json",
  PACKAGESJSON_DB: ".opack.db",
  PACKAGESJSON_CENTRALDB: "opack.db",
  PACKAGESJSON_USERDB: ".openaf-opack.db",
  OPACKCENTRALJSON: "packages.json",
};
