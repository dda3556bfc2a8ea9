import { JavaException } from "../../base/values/errors.js";
import { isDate } from "../../base/values/types.js";
import { formatDate } from "./date-pattern.js";
import { doubleText, groupedDigits, inDecimals, inScience } from "./decimal.js";

/**
 * Texts by the rules of java.util.Formatter: `%[place$][flags][width][.precision]conversion`.
 * A number is a whole one (`%d`) only when wrapped as {@link Whole}; all others are decimals, as job code's numbers are.
 */
export class Whole {
  constructor(readonly value: number) {}
}

const directive = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT])?([a-zA-Z%])/g;

interface Directive {
  flags: string;
  width: number;
  precision: number | undefined;
  /** The conversion letter; for dates `t` and the letter after it. */
  letter: string;
}

/** @throws JavaException for a bad directive, a missing argument or one of the wrong kind */
export function formatted(pattern: string, values: readonly unknown[]): string {
  let next = 0;
  let last = -1;
  const out = pattern.replace(directive, (_whole, place, isSame, flags, width, precision, date, letter) => {
    const found: Directive = {
      flags,
      width: Number(width ?? 0),
      precision: precision === undefined ? undefined : Number(precision),
      letter: (date ?? "") + letter,
    };
    if (found.letter === "n") return "\n";
    if (found.letter === "%") return padded("%", found);
    last = place !== undefined ? Number(place) - 1 : isSame !== undefined ? last : next++;
    if (last < 0 || last >= values.length)
      throw new JavaException("java.util.MissingFormatArgumentException", `Format specifier '${_whole}'`);
    return converted(values[last], found);
  });
  const percent = /%/.exec(pattern.replace(directive, ""));
  if (percent !== null) throw new JavaException("java.util.UnknownFormatConversionException", "Conversion = '%'");
  return out;
}

function converted(value: unknown, found: Directive): string {
  const kind = found.letter[0]!.toLowerCase();
  const isUpper = found.letter[0] !== kind;
  const text = isUpper ? convert(value, kind, found).toUpperCase() : convert(value, kind, found);
  return padded(text, found);
}

function convert(value: unknown, kind: string, found: Directive): string {
  const cut = (text: string) => (found.precision === undefined ? text : text.slice(0, found.precision));
  if (kind === "b") return cut(String(value !== null && value !== undefined && value !== false));
  const raw = value instanceof Whole ? value.value : value;
  if (kind === "s") return cut(value instanceof Whole ? String(raw) : textOf(raw));
  if (kind === "h") return cut(raw === null || raw === undefined ? "null" : (hashOf(raw) >>> 0).toString(16));
  if (raw === null || raw === undefined) return cut("null");
  switch (kind) {
    case "d":
    case "o":
    case "x":
      if (!(value instanceof Whole) && typeof value !== "bigint") throw mismatch(kind, value);
      return wholeNumber(Number(raw), kind, found);
    case "e":
    case "f":
    case "g":
      if (typeof value !== "number") throw mismatch(kind, value);
      return decimalNumber(value, kind, found);
    case "c":
      if (typeof value === "string" && [...value].length === 1) return value;
      if (!(value instanceof Whole)) throw mismatch(kind, value);
      return String.fromCodePoint(value.value);
    case "t":
      if (!isDate(raw) && typeof raw !== "number") throw mismatch(kind, value);
      return dateField(isDate(raw) ? raw : new Date(raw), found.letter[1]!);
    default:
      throw new JavaException("java.util.UnknownFormatConversionException", `Conversion = '${found.letter}'`);
  }
}

const textOf = (value: unknown): string => (typeof value === "number" ? doubleText(value) : String(value ?? "null"));

function hashOf(value: unknown): number {
  let hash = 0;
  for (const char of String(value)) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  return hash;
}

function mismatch(kind: string, value: unknown): JavaException {
  const raw =
    value instanceof Whole
      ? "java.lang.Integer"
      : typeof value === "number"
        ? "java.lang.Double"
        : typeof value === "string"
          ? "java.lang.String"
          : typeof value === "boolean"
            ? "java.lang.Boolean"
            : "java.lang.Object";
  return new JavaException("java.util.IllegalFormatConversionException", `${kind} != ${raw}`);
}

function wholeNumber(value: number, kind: string, found: Directive): string {
  if (kind === "d") {
    const digits = BigInt(Math.abs(value)).toString();
    return signed(found.flags.includes(",") ? groupedDigits(digits) : digits, value < 0, found);
  }
  const bits = Math.abs(value) > 0x7fffffff ? 64 : 32;
  const digits = BigInt.asUintN(bits, BigInt(value)).toString(kind === "o" ? 8 : 16);
  const prefixed = found.flags.includes("#") ? (kind === "o" ? "0" : "0x") + digits : digits;
  return found.flags.includes("0") ? prefixed.padStart(found.width, "0") : prefixed;
}

function decimalNumber(value: number, kind: string, found: Directive): string {
  if (Number.isNaN(value)) return "NaN";
  const isNegative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY)
    return signed("Infinity", isNegative, { ...found, flags: found.flags.replace("0", "") });
  const precision = found.precision ?? 6;
  const grouped = (text: string) => (found.flags.includes(",") ? groupedDigits(text) : text);
  if (kind === "f") return signed(grouped(inDecimals(size, precision)), isNegative, found);
  if (kind === "e") return signed(inScience(size, precision), isNegative, found);
  const significant = precision === 0 ? 1 : precision;
  const isPlain = size === 0 || (size >= 1e-4 && size < 10 ** significant);
  if (!isPlain) return signed(inScience(size, significant - 1), isNegative, found);
  const whole = size === 0 ? 1 : Math.floor(Math.log10(size)) + 1;
  return signed(grouped(inDecimals(size, Math.max(0, significant - whole))), isNegative, found);
}

/** Sign, parentheses and leading zeros. */
function signed(digits: string, isNegative: boolean, found: Directive): string {
  const inParentheses = isNegative && found.flags.includes("(");
  const sign = isNegative
    ? inParentheses
      ? "("
      : "-"
    : found.flags.includes("+")
      ? "+"
      : found.flags.includes(" ")
        ? " "
        : "";
  const end = inParentheses ? ")" : "";
  const room = found.flags.includes("0") ? found.width - sign.length - end.length : 0;
  return sign + digits.padStart(room, "0") + end;
}

function padded(text: string, found: Directive): string {
  return found.flags.includes("-") ? text.padEnd(found.width) : text.padStart(found.width);
}

/** Letters after `%t` that a date pattern says as well. */
const datePatterns: Record<string, string> = {
  H: "HH",
  I: "hh",
  M: "mm",
  S: "ss",
  L: "SSS",
  p: "a",
  z: "Z",
  Z: "z",
  B: "MMMM",
  b: "MMM",
  h: "MMM",
  A: "EEEE",
  a: "EEE",
  Y: "yyyy",
  y: "yy",
  j: "DDD",
  m: "MM",
  d: "dd",
  e: "d",
  k: "H",
  l: "h",
  R: "HH:mm",
  T: "HH:mm:ss",
  r: "hh:mm:ss a",
  D: "MM/dd/yy",
  F: "yyyy-MM-dd",
  c: "EEE MMM dd HH:mm:ss z yyyy",
};

function dateField(date: Date, letter: string): string {
  if (letter === "s") return String(Math.floor(date.getTime() / 1000));
  if (letter === "Q") return String(date.getTime());
  if (letter === "N") return String(date.getMilliseconds() * 1_000_000).padStart(9, "0");
  if (letter === "C") return String(Math.floor(date.getFullYear() / 100)).padStart(2, "0");
  const pattern = datePatterns[letter];
  if (pattern === undefined)
    throw new JavaException("java.util.UnknownFormatConversionException", `Conversion = 't${letter}'`);
  const text = formatDate(date, pattern);
  return letter === "p" ? text.toLowerCase() : text;
}
