import { JavaException } from "../../base/values/errors.js";

/** Parts of a URI (RFC 3986, appendix B); those that are absent are undefined. */
export interface UriParts {
  scheme?: string;
  authority?: string;
  userInfo?: string;
  host?: string;
  /** -1 when none is given. */
  port: number;
  path: string;
  query?: string;
  fragment?: string;
}

const URI = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i;
const AUTHORITY = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/;

/** @throws JavaException `java.net.URISyntaxException` */
export function parseUri(text: string): UriParts {
  const bad = text.search(/[\s"<>\\^`{|}]/);
  if (bad >= 0) throw new JavaException("java.net.URISyntaxException", `Illegal character at index ${bad}: ${text}`);
  const [, scheme, authority, path = "", query, fragment] = URI.exec(text)!;
  const [, userInfo, host, port] = authority === undefined ? [] : (AUTHORITY.exec(authority) ?? []);
  return { scheme, authority, userInfo, host, port: port ? Number(port) : -1, path, query, fragment };
}

const ports: Record<string, number> = { http: 80, https: 443, ftp: 21 };

export const defaultPort = (scheme: string | undefined): number => ports[String(scheme).toLowerCase()] ?? -1;
