import { readFileSync } from "node:fs";
import yaml from "js-yaml";
import { expect, test } from "vitest";
import { exampleConfigFile } from "../../service/config/generated/example.js";
import { optionsHelp } from "../../service/config/generated/help.js";
import { configFileSchema } from "../../service/config/generated/json-schema.js";
import { optionsTable, withOptionsTable } from "../../service/config/generated/readme.js";
import { optionNames, optionSpec } from "../../service/config/index.js";
import { formatValue, parseValue } from "../../service/config/parse-value.js";
import { scopeDocument } from "../../tools/scope-document.js";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

test("the generated documents are those of this schema (else: npm run generate)", () => {
  const readme = read("README.md");
  expect(withOptionsTable(readme)).toBe(readme);
  expect(JSON.parse(read("rojob.schema.json"))).toEqual(JSON.parse(JSON.stringify(configFileSchema())));
  expect(read("rojob.config.example.yaml")).toBe(exampleConfigFile());
});

test("the table of functions is that of this scope (else: npm run generate)", async () => {
  expect(await scopeDocument()).toBe(read("docs/openaf-scope.md"));
});

test("every option is in the help, the table, the JSON Schema and the example", () => {
  const { properties } = configFileSchema() as { properties: Record<string, unknown> };
  for (const name of optionNames) {
    expect(optionsHelp()).toContain(`  ${name}=`);
    expect(optionsTable()).toContain(`| ${name} |`);
    if (name === "CONFIG") continue;
    expect(properties).toHaveProperty(name);
    expect(exampleConfigFile()).toContain(`#${name}: `);
  }
});

test("every entry of the schema is whole: a sentence of help, and defaults that its own parser takes", () => {
  for (const name of optionNames) {
    const spec = optionSpec(name);
    expect(name).toMatch(/^[A-Z]+$/);
    expect(spec.help).toMatch(/^[A-Za-z].*\.$/);
    expect(spec.help.length).toBeLessThan(200);
    if (spec.type === "choice") expect(spec.choices).toContain(spec.default);
    if (spec.type === "integer") expect([typeof spec.min, typeof spec.max]).toEqual(["number", "number"]);
    if (typeof spec.default === "function") expect(spec.defaultText).toBeTypeOf("string");
    for (const value of [spec.default, spec.containerDefault]) {
      if (value === undefined || typeof value === "function" || spec.type === "folder") continue;
      expect(parseValue(spec, formatValue(spec, value), "/")).toBe(value);
    }
  }
});

test("the example is a config file that changes nothing, and its plain lines are right when uncommented", () => {
  expect(yaml.load(exampleConfigFile()) ?? {}).toEqual({});
  const lines = exampleConfigFile()
    .split("\n")
    .filter((line) => /^#[A-Z]+: [^<]/.test(line));
  const values = yaml.load(lines.map((line) => line.slice(1)).join("\n")) as Record<string, unknown>;
  expect(values).toMatchObject({ PORT: 8787, FORK: true, MAXBODY: "10MB", WORK: "work" });
});

test("help lines fit a terminal of 100 columns", () => {
  for (const line of optionsHelp().split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});

test("a README without the markers is not overwritten", () => {
  expect(() => withOptionsTable("# rojob\n")).toThrow("README.md: needs the markers");
});
