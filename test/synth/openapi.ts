import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv as Ajv8 } from "ajv";
import Ajv from "ajv6";

type Definitions = Record<string, any>;

/** The OpenAPI documents of Kubernetes 1.27, where they are there: beside the repository. */
export const openApiArchive = join(import.meta.dirname, "../../../shared/tools/kubernetes-1.27-openapi-v3.tgz");
export const hasOpenApi = existsSync(openApiArchive);

const fixtures = join(import.meta.dirname, "../fixtures");
/** The part of them that a deployment needs: `vitest -u` writes it anew when they are there. */
export const definitionsFile = join(fixtures, "kubernetes-1.27.json");

/** Definition → property → its values. The API server checks them, and the documents have no word of them. */
const values: Record<string, Record<string, string[]>> = readJson("kubernetes-1.27-values.json");

/**
 * Validates objects of Kubernetes 1.27 as an API server with strict field validation does.
 * @returns for an object the lines of what is wrong with it
 */
export function strictValidator() {
  const definitions: Definitions = readJson("kubernetes-1.27.json");
  for (const [name, schema] of Object.entries(definitions)) {
    if (schema.properties !== undefined) schema.additionalProperties ??= false;
    for (const [property, allowed] of Object.entries(values[name] ?? {})) {
      const described = schema.properties[property];
      (described.type === "array" ? described.items : described).enum = allowed;
    }
  }
  const ajv = new Ajv({ allErrors: true, unknownFormats: "ignore", logger: false });
  ajv.addSchema({ $id: "kubernetes", components: { schemas: definitions } });
  return (object: any): string[] => {
    const name = nameOfKind(definitions, object);
    if (name === undefined) return [`${object.apiVersion} has no ${object.kind}`];
    if (ajv.validate(`kubernetes#/components/schemas/${name}`, object) === true) return [];
    return ajv.errors!.map(
      ({ dataPath, message, params }) => `${object.kind}${dataPath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

function nameOfKind(definitions: Definitions, object: any): string | undefined {
  const [version, group] = object.apiVersion.split("/").reverse();
  return Object.keys(definitions).find((key) =>
    definitions[key]["x-kubernetes-group-version-kind"]?.some(
      (one: any) => one.group === (group ?? "") && one.version === version && one.kind === object.kind,
    ),
  );
}

/** All definitions of the documents beside the repository. */
export function readDefinitions(): Definitions {
  const folder = mkdtempSync(join(tmpdir(), "rojob-openapi-"));
  try {
    execFileSync("tar", ["xzf", openApiArchive, "-C", folder]);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    const documents = files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
    return Object.assign({}, ...documents.map(({ components }) => components.schemas));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The definitions that objects need, without their descriptions, one a line. */
export function neededDefinitions(all: Definitions, objects: readonly any[]): string {
  const needed = new Set<string>();
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const [, other] of JSON.stringify(all[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) add(other!);
  };
  for (const object of objects) add(nameOfKind(all, object)!);
  const lines = [...needed].sort().map((name) => `${JSON.stringify(name)}: ${JSON.stringify(withoutTexts(all[name]))}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

function withoutTexts(value: any): any {
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (typeof value !== "object" || value === null) return value;
  const isText = (key: string): boolean =>
    (key === "description" && typeof value[key] === "string") || key === "default";
  const kept = Object.keys(value).filter((key) => !isText(key) && !/^x-kubernetes-(list|map|patch|unions)/.test(key));
  return Object.fromEntries(kept.map((key) => [key, withoutTexts(value[key])]));
}

/** Validates a document by the schema of the Compose specification; returns what is wrong. */
export function composeProblems(document: unknown): string[] {
  const schema = readJson("compose-spec.json");
  delete schema.$schema;
  const validate = new Ajv8({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  return validate(document) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.message}`);
}

function readJson(name: string): any {
  return JSON.parse(readFileSync(join(fixtures, name), "utf8"));
}
