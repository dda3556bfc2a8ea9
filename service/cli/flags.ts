import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearestName } from "../base/nearest.js";
import { UsageError } from "./command.js";

/** A flag of a command. */
export interface FlagSpec {
  /** Name of its value in the help (`--url URL`, `--url=URL`); absent: the flag takes no value. */
  value?: string;
  /** Its effect, for the help; absent: the help does not list the flag. */
  help?: string;
  /** A line of the help above this flag and the ones that follow. */
  heading?: string;
  /** Its short form, one letter. */
  short?: string;
  /** Another name of the flag, which the help does not list. */
  also?: string;
}

/** The flags of a command by name, without the dashes, in the order of its help. */
export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

export interface ReadFlags<Flags extends FlagSpecs> {
  /** The arguments that are not flags, in their order. */
  words: string[];
  /** Value of a flag, "" for a flag without a value; undefined if it is not given. The last one counts if it is repeated. */
  get(name: keyof Flags & string): string | undefined;
  /** All values of a flag that may be repeated. */
  all(name: keyof Flags & string): string[];
  has(name: keyof Flags & string): boolean;
}

/**
 * Reads arguments with flags anywhere before a `--`.
 * @param note text to add to the error about an unknown flag
 * @throws UsageError
 */
export function readFlags<Flags extends FlagSpecs>(argv: readonly string[], specs: Flags, note = ""): ReadFlags<Flags> {
  const names = namesOf(specs);
  const options: ParseArgsConfig["options"] = {};
  for (const [given, name] of names) {
    const { value, short } = specs[name]!;
    options[given] = { type: value === undefined ? "boolean" : "string", ...(given === name && short && { short }) };
  }
  const values = new Map<string, string[]>();
  const words: string[] = [];
  // Not strict: the messages here name the right form, and a value may begin with a dash.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { rawName: flag, value = "" } = token;
    const name = flag.startsWith("--") || token.name.length > 1 ? names.get(token.name) : undefined;
    if (name === undefined) throw new UsageError(unknownFlag(flag, specs) + note);
    const takesValue = specs[name]!.value !== undefined;
    if (!takesValue && token.inlineValue) throw new UsageError(`${flag} takes no value`);
    if (takesValue && value === "") throw new UsageError(`${flag} needs a value`);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return resultOf(words, values);
}

/**
 * Takes the flags of a command out of its arguments. The other arguments are the options of a node, which `config` reads;
 * they are returned as `words`.
 */
export function takeFlags<Flags extends Readonly<Record<string, FlagSpec & { value?: undefined }>>>(
  argv: readonly string[],
  specs: Flags,
): ReadFlags<Flags> {
  const isFlag = (word: string): boolean => word.startsWith("--") && Object.hasOwn(specs, word.slice(2));
  const values = new Map(argv.filter(isFlag).map((word) => [word.slice(2), [""]]));
  return resultOf(
    argv.filter((word) => !isFlag(word)),
    values,
  );
}

function resultOf(words: string[], values: ReadonlyMap<string, string[]>): ReadFlags<FlagSpecs> {
  return {
    words,
    get: (name) => values.get(name)?.at(-1),
    all: (name) => values.get(name) ?? [],
    has: (name) => values.has(name),
  };
}

/** Each name of a flag → its first name. */
function namesOf(specs: FlagSpecs): Map<string, string> {
  return new Map(
    Object.entries(specs).flatMap(([name, { also }]) =>
      [name, ...(also === undefined ? [] : [also])].map((given) => [given, name]),
    ),
  );
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

/** @throws UsageError when both are given */
export function excludeEachOther<Flags extends FlagSpecs>(
  flags: ReadFlags<Flags>,
  one: keyof Flags & string,
  other: keyof Flags & string,
): void {
  if (flags.has(one) && flags.has(other)) throw new UsageError(`--${one} and --${other} are mutually exclusive`);
}

/** @throws UsageError when there are words that the command does not take */
export function refuseWords(words: readonly string[]): void {
  if (words[0] !== undefined) throw new UsageError(`${JSON.stringify(words[0])} is not an argument of this command`);
}

function splitAtEquals(text: string): [string, string?] {
  const at = text.indexOf("=");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function unknownFlag(flag: string, specs: FlagSpecs): string {
  const nearest = nearestName(flag, [...namesOf(specs).keys()].map(withDashes));
  const valid = Object.keys(specs).map(withDashes).join(", ");
  const hint = nearest === undefined ? `valid flags are ${valid}` : `did you mean ${nearest}?`;
  return `${flag} is not a flag of this command; ${hint}`;
}

function withDashes(name: string): string {
  return `--${name}`;
}
