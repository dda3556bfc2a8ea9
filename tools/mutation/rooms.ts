import { readFileSync } from "node:fs";
import path from "node:path";
import { type Import, imports, modules, root } from "../../test/structure/imports.js";

/** Tests of rooms that are not in `test/ROOM`: beginnings of paths below `test/`. */
const TESTS: Record<string, readonly string[]> = {
  "http/auth": ["http/auth", "http/run-tokens", "attacks/origin-check"],
  signing: ["signing/", "http/auth", "client/sign"],
};

/** The modules of a room that contain code, as paths relative to the repository. */
export function modulesOf(room: string): string[] {
  const found = modules().filter((file) => file.startsWith(`service/${room}/`) && hasCode(file));
  if (found.length === 0) throw new Error(`there is no room 'service/${room}'`);
  return found.sort();
}

/**
 * Test files of a room, and those that import a module of the room, directly or through a helper of the tests.
 * @param wanted instead of those: beginnings of paths below `test/`
 */
export function testsOf(room: string, wanted?: readonly string[]): string[] {
  const inTests = modules(["test"]);
  const next = new Map<string, Import[]>();
  for (const one of imports(inTests)) next.set(one.from, [...(next.get(one.from) ?? []), one]);
  const reaches = (file: string, seen = new Set<string>()): boolean => {
    if (file.startsWith(`service/${room}/`)) return true;
    if (!file.startsWith("test/") || seen.has(file)) return false;
    seen.add(file);
    return (next.get(file) ?? []).some(({ to, isType }) => !isType && reaches(to, seen));
  };
  const starts = (wanted ?? TESTS[room] ?? [`${room}/`]).map((start) => `test/${start}`);
  return inTests.filter(
    (file) =>
      file.endsWith(".test.ts") &&
      (starts.some((start) => file.startsWith(start)) || (wanted === undefined && reaches(file))),
  );
}

function hasCode(file: string): boolean {
  const text = readFileSync(path.join(root, file), "utf8");
  return text.split("\n").some((line) => !/^(?:\s*(?:\/?\*|\/\/)|import |export .* from |$)/.test(line));
}
