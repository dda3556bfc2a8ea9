import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";

/** The OpenAPI documents of Kubernetes 1.27, where they are there: beside the repository. */
export const openApiArchive = join(import.meta.dirname, "../../../shared/tools/kubernetes-1.27-openapi-v3.tgz");

/**
 * Validates objects as an API server with strict field validation does.
 * @returns for an object the lines of what is wrong with it
 */
export function strictValidator(): (object: any) => string[] {
  const definitions = readDefinitions();
  const ajv = new Ajv({ allErrors: true, unknownFormats: "ignore", logger: false });
  ajv.addSchema({ $id: "kubernetes", components: { schemas: definitions } });
  return (object) => {
    const [version, group] = object.apiVersion.split("/").reverse();
    const name = Object.keys(definitions).find((key) =>
      definitions[key]["x-kubernetes-group-version-kind"]?.some(
        (one: any) => one.group === (group ?? "") && one.version === version && one.kind === object.kind,
      ),
    );
    if (name === undefined) return [`${object.apiVersion} has no ${object.kind}`];
    if (ajv.validate(`kubernetes#/components/schemas/${name}`, object) === true) return [];
    return ajv.errors!.map(
      ({ dataPath, message, params }) => `${object.kind}${dataPath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

function readDefinitions(): Record<string, any> {
  const folder = mkdtempSync(join(tmpdir(), "rojob-openapi-"));
  try {
    execFileSync("tar", ["xzf", openApiArchive, "-C", folder]);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    const documents = files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
    const definitions = Object.assign({}, ...documents.map(({ components }) => components.schemas));
    for (const schema of Object.values<any>(definitions)) {
      if (schema.properties !== undefined) schema.additionalProperties ??= false;
    }
    return definitions;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const hasOpenApi = existsSync(openApiArchive);

const require = createRequire(import.meta.url);

/**
 * Validates an object by the models of Kubernetes 1.27.
 * @throws Error with what is wrong
 */
export function validateByModel(object: any): void {
  const model = require(`kubernetes-models/${object.apiVersion}`)[object.kind];
  new model(object).validate();
}

/** Validates a document by the schema of the Compose specification; returns what is wrong. */
export function composeProblems(document: unknown): string[] {
  const folder = join(require.resolve("dclint/package.json"), "..");
  const schema = JSON.parse(readFileSync(join(folder, "schemas/compose.schema.json"), "utf8"));
  delete schema.$schema;
  const Ajv8 = createRequire(join(folder, "package.json"))("ajv").default;
  const validate = new Ajv8({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  return validate(document) ? [] : validate.errors.map((error: any) => `${error.instancePath} ${error.message}`);
}
