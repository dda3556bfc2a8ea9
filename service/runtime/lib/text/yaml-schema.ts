import yaml from "js-yaml";

const grouped =
  /^[-+]?(?:0b[01_]+|0x[\da-f_]+|0o[0-7_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|\.\d[\d_]*(?:e[-+]?\d+)?)$/i;

/** Numbers with their digits in groups, like `1_000`: OpenAF's js-yaml reads them, later ones have given them up. */
const groupedNumber = new yaml.Type("tag:rojob,2026:grouped-number", {
  kind: "scalar",
  resolve: (text: unknown) =>
    typeof text === "string" && text.includes("_") && !text.endsWith("_") && grouped.test(text),
  construct(text: string): number {
    const digits = text.replaceAll("_", "");
    return digits.startsWith("-") ? -Number(digits.slice(1)) : Number(digits.replace(/^\+/, ""));
  },
});

/** The YAML of job files and of `af.fromYAML`: js-yaml's own types, and grouped numbers. */
export const yamlSchema = yaml.DEFAULT_SCHEMA.extend({ implicit: [groupedNumber] });
