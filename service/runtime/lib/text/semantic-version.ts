import { JavaException } from "../../base/values/errors.js";

/** A version as Semantic Versioning 2.0.0 orders them: three numbers, perhaps `-pre.release` and `+build`. */
export class SemanticVersion {
  readonly numbers: [number, number, number];
  private readonly pre: string[];

  /** @throws JavaException when the text is no such version */
  constructor(text: unknown) {
    const parts = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(
      String(text).trim(),
    );
    if (parts === null)
      throw new JavaException("org.semver4j.SemverException", `Version [${text}] is not a valid semver.`);
    this.numbers = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
    this.pre = parts[4]?.split(".") ?? [];
  }

  /** Below 0, 0 or above 0. */
  compare(other: SemanticVersion): number {
    for (const index of [0, 1, 2])
      if (this.numbers[index] !== other.numbers[index]) return this.numbers[index]! - other.numbers[index]!;
    if (this.pre.length === 0 || other.pre.length === 0) return other.pre.length - this.pre.length;
    for (let index = 0; index < Math.max(this.pre.length, other.pre.length); index++) {
      const order = comparePart(this.pre[index], other.pre[index]);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** The next version when that number is raised; leaving a pre-release keeps numbers that are already there. */
  next(index: 0 | 1 | 2): string {
    const isPre = this.pre.length > 0;
    const restIsZero = this.numbers.slice(index + 1).every((number) => number === 0);
    const raised = this.numbers.map((number, at) =>
      at < index ? number : at > index ? 0 : isPre && restIsZero ? number : number + 1,
    );
    return raised.join(".");
  }
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) return Number(a) - Number(b);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a < b ? -1 : 1;
}

/** -1, 0 or 1 for any kind of version: whole numbers, two or three numbers, more, or text. */
export function compareVersions(versionA: unknown, versionB: unknown): number {
  const a = withoutV(versionA);
  const b = withoutV(versionB);
  if (a === b) return 0;
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return Math.sign(Number(a) - Number(b));
  if (isSemantic(a) && isSemantic(b))
    return Math.sign(new SemanticVersion(filledUp(a)).compare(new SemanticVersion(filledUp(b))));
  const partsA = a.split(".");
  const partsB = b.split(".");
  for (let index = 0; index < Math.max(partsA.length, partsB.length); index++) {
    const [numberA, numberB] = [Number(partsA[index]), Number(partsB[index])];
    if (Number.isNaN(numberA) || Number.isNaN(numberB)) break;
    if (numberA !== numberB) return Math.sign(numberA - numberB);
  }
  return a > b ? 1 : a < b ? -1 : 0;
}

const withoutV = (version: unknown): string =>
  String(version)
    .trim()
    .replace(/^[vV](?=\d)/, "");

const filledUp = (version: string): string =>
  /^\d+$/.test(version) ? `${version}.0.0` : /^\d+\.\d+$/.test(version) ? `${version}.0` : version;

function isSemantic(version: string): boolean {
  return /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:[-+][0-9A-Za-z.+-]+)?$/.test(filledUp(version));
}

/** `>=1.2,<2.0`: every condition holds. */
export function meetsSpec(version: unknown, spec: unknown): boolean {
  return String(spec)
    .split(",")
    .every((condition) => {
      const [, operator, wanted] = /^(>=|<=|>|<|=)?\s*(.+)$/.exec(condition.trim())!;
      const order = compareVersions(version, wanted);
      if (operator === ">=") return order >= 0;
      if (operator === "<=") return order <= 0;
      if (operator === ">") return order > 0;
      return operator === "<" ? order < 0 : order === 0;
    });
}
