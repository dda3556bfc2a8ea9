import yaml from "js-yaml";

const grouped =
  /^[-+]?(?:0b[01_]+|0x[\da-f_]+|0o[0-7_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|\.\d[\d_]*(?:e[-+]?\d+)?)$/i;

/** Numbers with their digits in groups, like `1_000`: job files may have them, js-yaml itself has given them up. */
const groupedNumber = new yaml.Type("tag:rojob,2026:grouped-number", {
  kind: "scalar",
  resolve: (text: unknown) =>
    typeof text === "string" && text.includes("_") && !text.endsWith("_") && grouped.test(text),
  construct(text: string): number {
    const digits = text.replaceAll("_", "");
    return digits.startsWith("-") ? -Number(digits.slice(1)) : Number(digits.replace(/^\+/, ""));
  },
});

/** The YAML of job files: js-yaml's own types, and grouped numbers. */
export const jobSchema = yaml.DEFAULT_SCHEMA.extend({ implicit: [groupedNumber] });
