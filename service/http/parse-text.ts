import yaml from "js-yaml";
import { ServiceError } from "../errors.js";
import { jobSchema } from "../workers/yaml-schema.js";
import { explainJson } from "./json-error.js";

/** `any`: JSON when it starts like a JSON map, otherwise YAML. */
export type TextFormat = "any" | "yaml" | "json";

/**
 * The value a YAML or JSON text stands for. `file` names it in errors.
 * @throws ServiceError `bad_yaml`, `bad_json`, `document_too_big`
 */
export function parseText(text: string, format: TextFormat, file: string): unknown {
  if (format === "json") return parseJson(text, file);
  if (format === "yaml" || !/^\s*\{/.test(text)) return parseYaml(text, file);
  try {
    return JSON.parse(text);
  } catch {
    return parseJsonLikeYaml(text, file);
  }
}

/** @throws ServiceError `bad_json` */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceError("bad_json", { file, ...explainJson(text) }, { cause });
  }
}

/** A YAML map in braces is fine; when it is not even that, what is wrong with it as JSON is the better help. */
function parseJsonLikeYaml(text: string, file: string): unknown {
  try {
    return parseYaml(text, file);
  } catch (error) {
    if (error instanceof ServiceError && error.code === "bad_yaml" && /^\s*\{\s*"/.test(text))
      return parseJson(text, file);
    throw error;
  }
}

/** Limits that js-yaml itself holds against texts made to grow, by how its message starts. */
const GROWTH = /^(nesting exceeded|merge keys exceeded|abnormal merge sequence)/;

function parseYaml(text: string, file: string): unknown {
  try {
    const documents: unknown[] = [];
    yaml.loadAll(text, (document) => documents.push(document), { schema: jobSchema });
    if (documents.length > 1) {
      const what = `it holds ${documents.length} YAML documents`;
      throw new ServiceError("not_an_ojob", { file, what });
    }
    return documents[0];
  } catch (error) {
    if (!(error instanceof yaml.YAMLException)) throw error;
    const { reason, mark } = error;
    if (GROWTH.test(reason)) {
      const limit = reason.startsWith("nesting") ? "100 levels" : "10000 merged keys";
      throw new ServiceError("document_too_big", { file, what: reason, limit }, { cause: error });
    }
    throw new ServiceError("bad_yaml", { file, ...placeOf(mark, text), reason }, { cause: error });
  }
}

/** 1-based. js-yaml ends every text with a line end, so it may point to a line that the text does not have. */
function placeOf(mark: yaml.Mark | undefined, text: string): { line: number; column: number } {
  const lines = text.split("\n");
  const line = mark?.line ?? 0;
  if (line < lines.length) return { line: line + 1, column: (mark?.column ?? 0) + 1 };
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
