import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import yaml from "js-yaml";
import { expect, test } from "vitest";
import { samples } from "../../tools/samples.js";
import { variants } from "./variants.js";

const root = join(import.meta.dirname, "../..");
const made = samples(root);
const schema = JSON.parse(readFileSync(join(root, "rojob.schema.json"), "utf8"));

test.each(Object.keys(made))("%s is what comes out now (else: npm run generate)", (path) => {
  expect(readFileSync(join(root, path), "utf8")).toBe(made[path]);
});

test.each(Object.keys(variants))("%s: the JSON Schema of config files takes it, too", (name) => {
  expect(schemaProblems(yaml.load(variants[name]!) ?? {})).toEqual([]);
});

test("the JSON Schema takes the samples, and no unknown key", () => {
  const sample = yaml.load(readFileSync(join(root, "docs/samples/production/rojob.config.yaml"), "utf8")) as any;
  expect(schemaProblems(sample)).toEqual([]);
  expect(schemaProblems({ deploy: { ...sample.deploy, replica: 3 } }).join()).toContain("additional properties");
});

function schemaProblems(config: unknown): string[] {
  const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  return validate(config) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.message}`);
}

test("there is no sample that nothing makes", () => {
  const there = readdirSync(join(root, "docs/samples"), { recursive: true, encoding: "utf8" })
    .map((name) => `docs/samples/${name}`)
    .filter((path) => statSync(join(root, path)).isFile() && !/samples\/[^/]+\/rojob\.config\.yaml$/.test(path));
  expect(there.sort()).toEqual(Object.keys(made).sort());
});
