import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const MOST_LINES = 400;

it("no module has more than 400 lines", () => {
  const modules = ["service", "infra", "swarm", "compose", "test", "bench", "tools", "clients"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|mjs)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  expect(modules.length).toBeGreaterThan(1000);
  const linesOf = (module: string): number => readFileSync(path.join(root, module), "utf8").split("\n").length - 1;
  expect(modules.filter((module) => linesOf(module) > MOST_LINES)).toEqual([]);
});
