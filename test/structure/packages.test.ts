import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { TESTED_NODES } from "../../service/cli/node-version.js";
import { unusedExports } from "./exports.js";
import { imports } from "./imports.js";
import { lockedPackages, manifest, packageImports } from "./packages.js";

const { dependencies, devDependencies, scripts, allowScripts } = manifest();
const locked = lockedPackages();
const used = packageImports();
const installed = locked.filter(({ dev, devOptional }) => !dev && !devOptional);

/** Packages that no module imports, and why they are there. */
const WITHOUT_IMPORT: Record<string, string> = {
  "light-my-request": "a newer one, which Fastify takes as well, brings a package that Node 20 is too old for",
  "@biomejs/biome": "`npm run lint`",
  typescript: "the compiler",
};

/** Loaded by other programs, as the compiler writes it; everything else is bundled (tools/program-bundle.mjs). */
const CLIENT = "service/client/index.ts";

/** A package or a module of Node that a bundle loads when it runs. */
const OUTSIDE = /(?:^import [^;\n]* from |\brequire\(|\bimport\()"([^"./][^"]*)"/gm;
/** Names in bundles that nothing loads, and why. */
const NOT_LOADED: Record<string, RegExp> = {
  "a text that ajv puts into compiled schemas": /^ajv(-formats)?\/dist\//,
  "optional: its loader catches the error": /^(supports-color|cpu-features)$/,
};

const build = process.env["ROJOB_BUILD"]!;

function compiledFiles(): string[] {
  return readdirSync(build, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.c?js$/.test(name))
    .map((name) => path.join(build, name));
}

describe("the packages", () => {
  it("are all used", () => {
    const named = new Set(used.map(({ name }) => name));
    const isUsed = (name: string): boolean =>
      named.has(name) ||
      Object.hasOwn(WITHOUT_IMPORT, name) ||
      (name.startsWith("@types/") && (name === "@types/node" || named.has(name.slice(7)))) ||
      Object.values(scripts).some((script) => script.split(" ").includes(name));
    expect(Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !isUsed(name))).toEqual([]);
  });

  it("are all declared", () => {
    const isDeclared = (name: string): boolean => Object.hasOwn({ ...dependencies, ...devDependencies }, name);
    expect([...new Set(used.map(({ name }) => name))].filter((name) => !isDeclared(name))).toEqual([]);
  });

  it("are installed with the program where the client loads them", () => {
    const all = imports().filter(({ isType }) => !isType);
    const loaded = new Set([CLIENT]);
    for (const module of loaded) for (const { from, to } of all) if (from === module) loaded.add(to);
    expect(loaded.size).toBeGreaterThan(10);
    const missing = used.filter(
      ({ from, name, isType }) => !isType && loaded.has(from) && !Object.hasOwn(dependencies, name),
    );
    expect(missing).toEqual([]);
  });

  it("are installed with the program only where something loads them from there", () => {
    const compiled = compiledFiles().map((file) => readFileSync(file, "utf8"));
    const isLoaded = (name: string): boolean =>
      compiled.some((text) => text.includes(`from "${name}"`) || text.includes(`require("${name}")`));
    expect(Object.keys(dependencies).filter((name) => !isLoaded(name))).toEqual([]);
  });

  it("are compiled into the program unless they are installed with it or are Node's", () => {
    const bundles = compiledFiles().filter((file) => /\.cjs$|service.cli.(main|chunk-[^/]*)\.js$/.test(file));
    expect(bundles.length).toBeGreaterThan(10);
    const outside = bundles.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(OUTSIDE)].map((match) => match[1]),
    );
    const isKnown = (name: string): boolean =>
      isBuiltin(name) ||
      Object.hasOwn(dependencies, name) ||
      Object.values(NOT_LOADED).some((pattern) => pattern.test(name));
    expect([...new Set(outside)].filter((name) => !isKnown(name!))).toEqual([]);
  });
});

describe("what is installed", () => {
  it("has all files that the program and the types of its client need, and few others", () => {
    const npm = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
      encoding: "utf8",
      stdio: "pipe",
    });
    const [{ files }] = JSON.parse(npm) as [{ files: { path: string }[] }];
    const packed = new Set(files.map((file) => file.path));
    const needed = new Set([
      "build/service/cli/main.js",
      "build/service/client/index.js",
      "build/service/client/index.d.ts",
    ]);
    for (const file of needed)
      for (const [, name] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
        const other = path.join(path.dirname(file), name!);
        needed.add(file.endsWith(".d.ts") ? other.replace(/\.js$/, ".d.ts") : other);
      }
    const scripts = compiledFiles().filter((file) => file.endsWith(".cjs"));
    for (const file of scripts) needed.add(path.relative(process.cwd(), file));
    expect(needed.size).toBeGreaterThan(50);
    expect([...needed].filter((file) => !packed.has(file))).toEqual([]);
    expect(packed.size).toBeLessThan(500);
  });

  it("are not more than 150 packages with the program", () => {
    expect(installed.length).toBeGreaterThan(Object.keys(dependencies).length);
    expect(installed.length).toBeLessThanOrEqual(150);
  });

  it("comes from the registry of npm and from nowhere else", () => {
    const elsewhere = locked.filter(({ resolved }) => resolved && !resolved.startsWith("https://registry.npmjs.org/"));
    expect(elsewhere).toEqual([]);
  });

  it("takes each Node that the program takes, and nothing of it is deprecated", () => {
    // Fastify's.
    const { satisfies } = createRequire(createRequire(import.meta.url).resolve("fastify"))("semver");
    const refused = TESTED_NODES.flatMap(({ major, minor }) =>
      locked.filter(({ engines }) => engines?.node && !satisfies(`${major}.${minor}.0`, engines.node)),
    );
    expect(refused.map(({ place, engines }) => `${place}: ${engines!.node}`)).toEqual([]);
    expect(locked.filter(({ deprecated }) => deprecated !== undefined)).toEqual([]);
  });

  it("runs no scripts that nobody has looked at", () => {
    const scripted = new Set(locked.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name));
    expect([...scripted].sort()).toEqual(Object.keys(allowScripts).sort());
    // It only compares version numbers.
    expect(installed.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name)).toEqual([
      "protobufjs",
    ]);
  });
});

it("no module exports what no other one names", () => {
  // Of the runtime, families are found by their file, and what they export by its name in the scope.
  expect(unusedExports().filter((name) => !name.startsWith("service/runtime/"))).toEqual([]);
});
