import vm from "node:vm";

/** The release lines of Node that the tests run on, each from a minor version on; `engines` of package.json has the same. */
export const TESTED_NODES: readonly { major: number; minor: number }[] = [
  { major: 20, minor: 18 },
  { major: 22, minor: 13 },
  { major: 24, minor: 0 },
  { major: 26, minor: 0 },
];
/** The release line to recommend. */
export const RECOMMENDED_NODE = 24;

/** A notice about the version of Node that runs the program. */
export interface NodeVersionNotice {
  /** Can it run jobs at all? */
  isUsable: boolean;
  /** One line. */
  text: string;
}

/**
 * Checks whether the program is tested on a version of Node.
 * @param version as in `process.version`
 * @param hasFastContexts whether it has `vm.constants.DONT_CONTEXTIFY`, which came with 20.18 and 22.8
 * @returns undefined when the version is tested
 */
export function nodeVersionNotice(
  version: string = process.version,
  hasFastContexts: boolean = vm.constants?.DONT_CONTEXTIFY !== undefined,
): NodeVersionNotice | undefined {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (!hasFastContexts)
    return {
      isUsable: false,
      text: `rojob does not run on Node ${version}: it needs ${testedNodes()}; use ${RECOMMENDED_NODE}`,
    };
  const line = TESTED_NODES.find((one) => one.major === major);
  if (line !== undefined && minor >= line.minor) return undefined;
  return {
    isUsable: true,
    text: `rojob is not tested on Node ${version}; it is tested on ${testedNodes()}; use ${RECOMMENDED_NODE}`,
  };
}

/** `20 (from 20.18), 22 (from 22.13), 24 and 26` */
function testedNodes(): string {
  const names = TESTED_NODES.map(({ major, minor }) =>
    minor === 0 ? `${major}` : `${major} (from ${major}.${minor})`,
  );
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
