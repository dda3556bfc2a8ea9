import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A package of the lock file. */
export interface LockedPackage {
  name: string;
  version: string;
  /** Path in `node_modules`. */
  place: string;
  resolved?: string;
  /** Neither a dependency nor one of a dependency's. */
  dev?: boolean;
  devOptional?: boolean;
  engines?: { node?: string };
  deprecated?: string;
  hasInstallScript?: boolean;
}

/** `package.json`, as far as it is about packages. */
export interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  scripts: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

/** The import of a package by a module. */
export interface PackageImport {
  from: string;
  name: string;
  isType: boolean;
}

const root = path.resolve(import.meta.dirname, "../..");
const FOLDERS = ["service", "infra", "swarm", "compose", "bench", "test", "tools"];
const STATIC = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\s+from\s+)?"([^"]+)";/gm;
/** `import("x")`, `load<typeof X>("x")` of the I/O thread, `require("x")` and `resolve("x")`. */
const LATE = /(?:\bimport\(|\bload(?:<[^>]*>)?\(|\bcreateRequire\([^)]*\)\(|\.resolve\()"([@a-z][^"]*)"\)/g;

export function manifest(): Manifest {
  return JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
}

export function lockedPackages(): LockedPackage[] {
  const { packages } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
  return Object.entries<any>(packages)
    .filter(([place]) => place !== "")
    .map(([place, entry]) => ({ ...entry, place, name: place.slice(place.lastIndexOf("node_modules/") + 13) }));
}

/** The imports of packages by all modules, from the program to the tests. */
export function packageImports(): PackageImport[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .flatMap((name) => importsOf(path.join(folder, name))),
  );
}

function importsOf(from: string): PackageImport[] {
  const text = readFileSync(path.join(root, from), "utf8");
  const fixed = [...text.matchAll(STATIC)].map(([, type, specifier]) => ({
    specifier: specifier!,
    isType: type !== undefined,
  }));
  // Comments name packages, and tests have texts of modules in them.
  const told = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const code = from.startsWith("test/") ? told.replace(/\b(?:import|load)\(/g, "") : told;
  const late = [...code.matchAll(LATE)].map(([, specifier]) => ({ specifier: specifier!, isType: false }));
  return [...fixed, ...late]
    .filter(({ specifier }) => /^(@[a-z]|[a-z])/.test(specifier) && !specifier.includes(":"))
    .map(({ specifier, isType }) => ({ from, isType, name: /^(@[^/]+\/)?[^/]+/.exec(specifier)![0] }));
}
