/** The preferences of a request that this service knows: the header `Prefer` of RFC 7240. */
export interface Preferences {
  /** `respond-async` */
  isAsync: boolean;
  /** `wait`: longest time for the reply, s. */
  waitS?: number;
}

const NONE: Preferences = Object.freeze({ isAsync: false });
const NAME_AND_VALUE = /^\s*([^\s=;"]{1,100})\s*(?:=\s*"?([^";]{0,100})"?)?/;
/** The longest time of a timer, s. */
const LONGEST_WAIT_S = 2_147_483;

/** Reads the header; ignores unknown and malformed preferences, as section 2 of the RFC requires. */
export function readPreferences(header: string | string[] | undefined): Preferences {
  if (header === undefined) return NONE;
  const read = new Map<string, string>();
  for (const part of partsOf(String(header))) {
    const [, name = "", value = ""] = NAME_AND_VALUE.exec(part) ?? [];
    const key = name.toLowerCase();
    // The first one counts if a preference is repeated.
    if (!read.has(key)) read.set(key, value.trim());
  }
  const wait = read.get("wait") ?? "";
  const waitS = /^\d{1,12}$/.test(wait) ? Math.min(Number(wait), LONGEST_WAIT_S) : undefined;
  return { isAsync: read.has("respond-async"), waitS };
}

/** Splits a header at commas outside of quoted texts, in linear time for any input. */
function partsOf(header: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < header.length; at++) {
    const char = header[at];
    if (isQuoted && char === "\\") at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === "," && !isQuoted) {
      parts.push(header.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(header.slice(from));
  return parts;
}
