import { JavaException } from "../../base/values/errors.js";

/** The parts of a URL text. */
export interface UrlParts {
  protocol: string;
  login?: string;
  pass?: string;
  host: string;
  port?: number;
  /** From the first slash on, query and fragment included. */
  rest: string;
}

/** @throws JavaException `java.net.MalformedURLException` when it is none */
export function parseUrl(text: unknown): UrlParts {
  const url = String(text);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url);
  if (scheme === null) throw new JavaException("java.net.MalformedURLException", `no protocol: ${url}`);
  const parts = /^[^:]+:\/\/(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?(.*)$/s.exec(url);
  if (parts === null)
    throw new JavaException("java.net.MalformedURLException", `unknown protocol: ${scheme[1]!.toLowerCase()}`);
  const [, user, host, port, rest] = parts;
  const at = user?.indexOf(":") ?? -1;
  return {
    protocol: scheme[1]!.toLowerCase(),
    login: user === undefined || at < 0 ? undefined : decodePart(user.slice(0, at)),
    pass: user === undefined || at < 0 ? undefined : decodePart(user.slice(at + 1)),
    host: host!,
    port: port === undefined || port === "" ? undefined : Number(port),
    rest: rest!,
  };
}

/** The URL without login and password, as it is asked for. */
export function plainUrl({ protocol, host, port, rest }: UrlParts): string {
  return `${protocol}://${host}${port === undefined ? "" : `:${port}`}${rest}`;
}

/** As forms write it: `+` is a blank. Broken escapes become U+FFFD. */
export function decodePart(text: string): string {
  const blank = text.replace(/\+/g, " ");
  try {
    return decodeURIComponent(blank);
  } catch {
    return blank.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
      try {
        return decodeURIComponent(run);
      } catch {
        return "\ufffd"; // what cannot be decoded is shown as such
      }
    });
  }
}
