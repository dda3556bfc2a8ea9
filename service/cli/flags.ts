import { nearestName } from "../base/nearest.js";
import { UsageError } from "./command.js";

/** What comes after a flag: a value (`--url x`, `--url=x`) or nothing. */
export type FlagKind = "value" | "none";

/** The flags of a command by name, without the dashes. */
export type FlagKinds = Record<string, FlagKind>;

export interface ReadFlags<Kinds extends FlagKinds> {
  /** Everything that is no flag, in its order. */
  words: string[];
  /** Value of a flag, "" for one without; undefined when it is not there. Of a repeated one the last counts. */
  get(name: keyof Kinds & string): string | undefined;
  has(name: keyof Kinds & string): boolean;
}

/** What else flags go by. */
const shorts: Record<string, string> = { "-h": "--help", "-f": "--follow" };
const aliases: Record<string, string> = { key: "apikey" };

/**
 * Reads arguments with flags anywhere before a `--`.
 * @param note what to add when a flag is unknown
 * @throws UsageError
 */
export function readFlags<Kinds extends FlagKinds>(argv: readonly string[], kinds: Kinds, note = ""): ReadFlags<Kinds> {
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      words.push(word);
      continue;
    }
    const [flag, inline] = splitAtEquals(shorts[word] ?? word);
    const given = flag.slice(2);
    const name = Object.hasOwn(kinds, given) ? given : (aliases[given] ?? given);
    const kind = flag.startsWith("--") && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw new UsageError(unknownFlag(flag, Object.keys(kinds)) + note);
    if (kind === "none" && inline !== undefined) throw new UsageError(`${flag} takes no value`);
    const value = inline ?? (kind === "value" ? argv[++at] : "");
    if (value === undefined || (value === "" && kind === "value")) throw new UsageError(`${flag} needs a value`);
    values.set(name, value);
  }
  return { words, get: (name) => values.get(name), has: (name) => values.has(name) };
}

/**
 * Reads `k=v…`, the arguments of a job; values are texts.
 * @throws UsageError
 */
export function readPairs(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const [key, value] = splitAtEquals(pair);
    if (value === undefined || key === "") {
      throw new UsageError(`${JSON.stringify(pair)} is not a job argument; write name=value`);
    }
    return [key, value] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Reads the value of a flag that is a whole number.
 * @throws UsageError
 */
export function readNumber(
  flag: string,
  text: string | undefined,
  { unit = "", least = 1 }: { unit?: string; least?: number } = {},
): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,9}$/.test(text) || Number(text) < least) {
    const what = unit === "" ? "a whole number" : `a whole number of ${unit}`;
    throw new UsageError(`${flag}: ${JSON.stringify(text)} must be ${what}, at least ${least}`);
  }
  return Number(text);
}

/** @throws UsageError when both are there */
export function excludeEachOther<Kinds extends FlagKinds>(
  flags: ReadFlags<Kinds>,
  one: keyof Kinds & string,
  other: keyof Kinds & string,
): void {
  if (flags.has(one) && flags.has(other)) throw new UsageError(`--${one} and --${other} are mutually exclusive`);
}

/** @throws UsageError when there is more than the command knows what to do with */
export function noWords(words: readonly string[]): void {
  if (words[0] !== undefined) throw new UsageError(`${JSON.stringify(words[0])} is not an argument of this command`);
}

function splitAtEquals(text: string): [string, string?] {
  const at = text.indexOf("=");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function unknownFlag(flag: string, known: readonly string[]): string {
  const flags = known.map((name) => `--${name}`);
  const nearest = nearestName(flag, flags);
  const hint = nearest === undefined ? `valid flags are ${flags.join(", ")}` : `did you mean ${nearest}?`;
  return `${flag} is not a flag of this command; ${hint}`;
}
