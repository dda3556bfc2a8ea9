import type { Chance } from "./chance.js";

const WORDS = [
  ...["jobs", "todo", "args", "include", "jobsInclude", "rojob", "ojob", "name", "exec", "deps", "from", "to", "each"],
  ...["__proto__", "constructor", "prototype", "toString", "__async", "<<", "", "a", "é漢𝄞", "\u0000", "\ud800"],
];
const NUMBERS = ["0", "-0", "1e999", "-1", "1.5", "9007199254740993", "1E-5", "01", "1.", ".5", "+1", "0x10", "NaN"];
const ODD = [
  '"',
  "'",
  "\\",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "\n",
  "\t",
  "\u0000",
  "\ufeff",
  "é",
  "&a",
  "*a",
  "!!binary",
  "|",
  "%",
  "#",
  "- ",
  "? ",
];

/** A JSON text made of its grammar, in most cases with a few characters changed. */
export function jsonText(chance: Chance): string {
  const text = jsonValue(chance, 0);
  return chance.percent(60) ? broken(chance, text) : text;
}

function jsonValue(chance: Chance, depth: number): string {
  const kind = depth > 6 ? chance.below(4) : chance.below(7);
  const blank = chance.of(["", "", "", " ", "\n", "\t\r\n"]);
  if (kind === 0) return chance.of(["true", "false", "null"]);
  if (kind === 1) return chance.of(NUMBERS.slice(0, 7));
  if (kind <= 3) return jsonString(chance);
  if (kind === 4) return `[${blank}${chance.times(5, () => jsonValue(chance, depth + 1)).join(`,${blank}`)}]`;
  const members = chance.times(5, () => `${jsonString(chance)}${blank}:${jsonValue(chance, depth + 1)}`);
  return `{${blank}${members.join(",")}${blank}}`;
}

function jsonString(chance: Chance): string {
  const parts = chance.times(3, () =>
    chance.of(["x", "\\n", "\\u00e9", "\\ud800", '\\"', "\\\\", "é", chance.of(WORDS).replace("\u0000", "")]),
  );
  return `"${chance.percent(30) ? chance.of(WORDS).replace("\u0000", "") : parts.join("")}"`;
}

/** A YAML text like an oJob, in most cases with a few characters changed. */
export function yamlText(chance: Chance): string {
  const text = chance.percent(30)
    ? `jobs:\n- name: A\n  exec: |\n    x\ntodo: [A]\n${yamlMap(chance, 0, "")}`
    : yamlMap(chance, 0, "");
  return chance.percent(60) ? broken(chance, text) : text;
}

function yamlMap(chance: Chance, depth: number, indent: string): string {
  return chance
    .times(
      5,
      () =>
        `${indent}${chance.of(WORDS.filter((word) => !/[\u0000\ud800]/.test(word))) || '""'}: ${yamlValue(chance, depth, indent)}`,
    )
    .join("");
}

function yamlValue(chance: Chance, depth: number, indent: string): string {
  const scalar = (): string =>
    chance.of([
      "x",
      "~",
      "2001-01-01",
      "!!binary QUJD",
      "&a 1",
      "*a",
      "{a: 1}",
      "[1, *a]",
      '"é"',
      "'it''s'",
      "!!set {a}",
      "!!js/function x",
      ...NUMBERS,
    ]);
  if (depth > 4 || chance.percent(50)) return `${scalar()}\n`;
  const kind = chance.below(4);
  if (kind === 0) return `\n${yamlMap(chance, depth + 1, `${indent}  `) || `${indent}  a: 1\n`}`;
  if (kind === 1) return `\n${chance.times(5, () => `${indent}- ${scalar()}\n`).join("") || `${indent}- x\n`}`;
  if (kind === 2) return `|\n${chance.times(4, () => `${indent}  text ${scalar()}\n`).join("")}`;
  return `&a\n${yamlMap(chance, depth + 1, `${indent}  `)}`;
}

/** Changes a few places: characters put in, taken out, doubled; the end cut off; a part repeated many times. */
function broken(chance: Chance, text: string): string {
  let changed = text;
  for (let count = 1 + chance.below(3); count > 0; count--) {
    const at = chance.below(changed.length + 1);
    const kind = chance.below(5);
    if (kind === 0) changed = changed.slice(0, at) + chance.of(ODD) + changed.slice(at);
    else if (kind === 1) changed = changed.slice(0, at) + changed.slice(at + 1);
    else if (kind === 2) changed = changed.slice(0, at);
    else if (kind === 3) changed = changed.slice(0, at) + chance.of(ODD).repeat(chance.below(300)) + changed.slice(at);
    else changed = changed.slice(0, at) + changed.slice(at, at + 5).repeat(2) + changed.slice(at);
  }
  return changed;
}
