import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
/** A call of the global, not of a method or another function, and not a text in quotes. */
const CALL = /^(?!.*["'`].*\bfetch\().*(?<![.\w])fetch\(/gm;
/** Job code has a `fetch` of its own. */
const OF_JOBS = /^(?:service|test)\/runtime\/|^test\/node-versions\/globals/;

it("no module calls Node's fetch, which can end the process with an error that nobody can catch (nodejs/undici#5360)", () => {
  const modules = ["service", "infra", "swarm", "compose", "test", "bench", "tools"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|mjs)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  expect(modules.length).toBeGreaterThan(1000);
  const calls = modules
    .filter((module) => !OF_JOBS.test(module))
    .flatMap((module) =>
      (readFileSync(path.join(root, module), "utf8").match(CALL) ?? []).map((line) => `${module}: ${line}`),
    );
  expect(calls).toEqual([]);
  expect("  await fetch(url)".match(CALL)).not.toBeNull();
  expect("  await plainFetch(url); x.fetch(1)".match(CALL)).toBeNull();
});
