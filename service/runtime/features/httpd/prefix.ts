import { jobScope } from "../../base/job-scope.js";
import { isNumber, isString, isUnDef } from "../../base/values/types.js";
import type { HttpServer } from "./server.js";

/** A prefix all paths of a server have in front (behind a proxy): `__flags.HTTPD_PREFIX`, by port, `"0"` for all. */

export function normalizePrefix(prefix: unknown): string {
  if (!isString(prefix)) return "";
  const path = prefix.trim();
  if (path === "" || path === "/") return "";
  const clean = path
    .replace(/^[^/]+/, "/$&")
    .replace(/\/+/g, "/")
    .replace(/\/$/, "");
  return clean === "/" ? "" : clean;
}

export function getPrefix(server: unknown): string {
  const prefixes = jobScope.__flags?.HTTPD_PREFIX ?? {};
  const port = portOf(server);
  if (isUnDef(port) || !(isString(port) || isNumber(port))) return normalizePrefix(prefixes["0"]);
  return normalizePrefix(prefixes[String(port)] ?? prefixes["0"]);
}

export function withPrefix(server: unknown, uri: unknown): string {
  const path = isString(uri) ? uri : "/";
  if (/^[a-z]+:\/\//i.test(path) || path.startsWith("//")) return path;
  const prefix = getPrefix(server);
  if (prefix === "") return path;
  if (path === "") return prefix;
  const full = path.startsWith("/") ? path : `/${path}`;
  return full === prefix || full.startsWith(`${prefix}/`) ? full : prefix + full;
}

/** The path without the prefix; undefined when it lies outside. */
export function stripPrefix(server: unknown, uri: unknown): string | undefined {
  const path = isString(uri) ? uri : "/";
  const prefix = getPrefix(server);
  if (prefix === "") return path;
  if (path === prefix || path === `${prefix}/`) return "/";
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}

function portOf(server: unknown): unknown {
  const { getPort } = Object(server) as Partial<HttpServer>;
  return isUnDef(getPort) ? server : (server as HttpServer).getPort();
}
