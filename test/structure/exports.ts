import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const FOLDERS = ["service", "infra", "swarm", "compose", "bench", "test", "tools", "run", "clients"];
const EXPORT = /^export (?:async |abstract )*(function\*?|const|let|class|interface|type|enum) ([\w$]+)/gm;

/**
 * Exports that no other module names: of types only those that their own module does not name either, since what is
 * exported may be described by them.
 * @returns `path name`
 */
export function unusedExports(): string[] {
  const texts = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const name of readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }))
      if (/\.(ts|mjs)$/.test(name))
        texts.set(path.join(folder, name), readFileSync(path.join(root, folder, name), "utf8"));
  const users = new Map<string, number>();
  for (const text of texts.values())
    for (const word of new Set(text.match(/[A-Za-z_$][\w$]*/g))) users.set(word, (users.get(word) ?? 0) + 1);
  return [...texts].flatMap(([file, text]) =>
    [...text.matchAll(EXPORT)]
      .filter(([, kind, name]) => {
        const isType = kind === "interface" || kind === "type";
        return users.get(name!) === 1 && !(isType && text.split(name!).length > 2);
      })
      .map(([, , name]) => `${file} ${name}`),
  );
}
