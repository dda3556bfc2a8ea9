import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { samples } from "../../tools/samples.js";

const root = join(import.meta.dirname, "../..");
const made = samples(root);

test.each(Object.keys(made))("%s is what comes out now (else: npm run generate)", (path) => {
  expect(readFileSync(join(root, path), "utf8")).toBe(made[path]);
});

test("there is no sample that nothing makes", () => {
  const there = readdirSync(join(root, "docs/samples"), { recursive: true, encoding: "utf8" })
    .map((name) => `docs/samples/${name}`)
    .filter((path) => statSync(join(root, path)).isFile() && !/samples\/[^/]+\/rojob\.config\.yaml$/.test(path));
  expect(there.sort()).toEqual(Object.keys(made).sort());
});
