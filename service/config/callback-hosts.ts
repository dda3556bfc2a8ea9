/** One entry of CALLBACKHOSTS. */
interface Allowed {
  /** Lower case; with `isDomain` the ending of allowed names, dot included. */
  host: string;
  isDomain: boolean;
  port: string | undefined;
}

/**
 * Form of an entry of CALLBACKHOSTS, as a regular expression: `name`, `*.domain`, `[::1]`, each with or without
 * `:port`.
 */
const entryPattern = "(?:(?:\\*\\.)?[A-Za-z0-9_][A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?";

/** Form of CALLBACKHOSTS. */
export const callbackHostsPattern = {
  regex: `^\\s*${entryPattern}(?:\\s*,\\s*${entryPattern})*\\s*$`,
  words: "hosts separated by commas, each a name, name:port or *.domain",
};

/** Hosts that callbacks may go to. */
export class CallbackHosts {
  private readonly allowed: Allowed[];

  /** @param option value of CALLBACKHOSTS */
  constructor(option: string | undefined) {
    this.allowed = (option ?? "")
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "")
      .map(readEntry);
  }

  get isEmpty(): boolean {
    return this.allowed.length === 0;
  }

  /** An entry without a port allows every port; `*.domain` allows names below the domain, not the domain itself. */
  allows(url: URL): boolean {
    const name = url.hostname.toLowerCase().replace(/\.$/, "");
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    return this.allowed.some(
      (entry) =>
        (entry.isDomain ? name.endsWith(entry.host) : name === entry.host) &&
        (entry.port === undefined || entry.port === port),
    );
  }
}

function readEntry(entry: string): Allowed {
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase())!;
  const isAddress = host!.startsWith("[");
  // Addresses are compared in the form that URLs have.
  const name = isAddress ? new URL(`http://${host}`).hostname : host!;
  return { host: name.replace(/^\*/, ""), isDomain: name.startsWith("*."), port: port && String(Number(port)) };
}
