/** What a request prefers, of what this service knows: the header `Prefer` of RFC 7240. */
export interface Preferences {
  /** `respond-async` */
  isAsync: boolean;
  /** `wait`: longest time for the reply, s. */
  waitS?: number;
}

const NONE: Preferences = Object.freeze({ isAsync: false });
/** A preference up to its comma; one in a quoted text does not end it. */
const PART = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g;
const NAME_AND_VALUE = /^\s*([^\s=;"]+)\s*(?:=\s*"?([^";]*)"?)?/;
/** As long as a timer can run. */
const LONGEST_WAIT_S = 2_147_483;

/** Reads the header; what is unknown or malformed in it is left out, as section 2 of the RFC has it. */
export function readPreferences(header: string | string[] | undefined): Preferences {
  if (header === undefined) return NONE;
  const read = new Map<string, string>();
  for (const part of String(header).match(PART) ?? []) {
    const [, name = "", value = ""] = NAME_AND_VALUE.exec(part) ?? [];
    const key = name.toLowerCase();
    // Of a preference given twice the first counts.
    if (!read.has(key)) read.set(key, value.trim());
  }
  const wait = read.get("wait") ?? "";
  const waitS = /^\d{1,12}$/.test(wait) ? Math.min(Number(wait), LONGEST_WAIT_S) : undefined;
  return { isAsync: read.has("respond-async"), waitS };
}
