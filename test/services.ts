import { existsSync } from "node:fs";
import path from "node:path";
import { type TestFunction, test } from "vitest";

/** Folders of server programs besides PATH. */
const FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/** Path of a program; undefined when this machine does not have it. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), ...FOLDERS];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/**
 * A test that needs a program: where it is missing the test is reported as skipped, with the reason; with
 * REQUIRE_SERVICES=1 it fails instead.
 */
export function testWith(
  program: string,
  name: string,
  body: (file: string, ...context: Parameters<TestFunction>) => void | Promise<void>,
): void {
  const file = findProgram(program);
  test(name, (...context) => {
    if (file !== undefined) return body(file, ...context);
    const reason = `${program} is not installed`;
    if (process.env.REQUIRE_SERVICES === "1") throw new Error(reason);
    context[0].skip(reason);
  });
}
