import { createRequire } from "node:module";
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

/** Parts of the program that are loaded from `build/` as they are, not as part of the bundle (tools/program-bundle.mjs). */
const LOADED_AS_THEY_ARE = /^service\/(client\/index|workers\/child|(.*\/)?thread)\.ts$/;
/** Compiled into a file of its own. */
const COMPILED = ["ssh2"];

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

  it("are installed with the program where it loads them by itself", () => {
    const all = imports().filter(({ isType }) => !isType);
    const loaded = new Set(all.map(({ from }) => from).filter((module) => LOADED_AS_THEY_ARE.test(module)));
    for (const module of loaded) for (const { from, to } of all) if (from === module) loaded.add(to);
    expect(loaded.size).toBeGreaterThan(60);
    const missing = used.filter(
      ({ from, name, isType }) =>
        !isType && loaded.has(from) && !Object.hasOwn(dependencies, name) && !COMPILED.includes(name),
    );
    // Only from the sources, which the compiled program is not.
    expect(missing.filter(({ name }) => name !== "esbuild" && name !== "tsx")).toEqual([]);
  });
});

describe("what is installed", () => {
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
