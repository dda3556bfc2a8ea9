import { SemanticVersion } from "../text/semantic-version.js";

/** `ow.format`: versions and their order. */

export function semver(version: string): any {
  const own = () => new SemanticVersion(version);
  const order = (other: string) => own().compare(new SemanticVersion(other));
  return {
    nextMajor: () => own().next(0),
    nextMinor: () => own().next(1),
    nextPatch: () => own().next(2),
    getMajor: () => String(own().numbers[0]),
    getMinor: () => String(own().numbers[1]),
    getPatch: () => String(own().numbers[2]),
    greater: (other: string) => order(other) > 0,
    lower: (other: string) => order(other) < 0,
    greaterEquals: (other: string) => order(other) >= 0,
    lowerEquals: (other: string) => order(other) <= 0,
    equals: (other: string) => order(other) === 0,
  };
}

export const sortSemanticVersions = (list: string[]) =>
  list.sort((a, b) => new SemanticVersion(a).compare(new SemanticVersion(b)));
