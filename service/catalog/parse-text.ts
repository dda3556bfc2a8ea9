import yaml from "js-yaml";
import { ServiceError } from "../base/errors.js";
import { yamlSchema } from "../runtime/lib/text/yaml-schema.js";
import { MAX_DEPTH } from "./document-check.js";
import { placeOfError } from "./json-error.js";
import { type JsonScan, scanJson } from "./json-scan.js";

/** `any`: JSON when it starts like a JSON map, otherwise YAML. */
export type TextFormat = "any" | "yaml" | "json";

/** Most values of a JSON document; workers accept no more. */
const MAX_VALUES = 2_000_000;
/** Most characters that are parsed on the event loop, and most values of JSON: both take some 10 ms at most. */
const CHEAP_YAML = 32 * 1024;
const CHEAP_JSON = 256 * 1024;
const CHEAP_VALUES = 10_000;

/**
 * May a text be parsed on the event loop? Decides by its length and a scan, whose cost grows slowly and which long
 * texts skip.
 */
export function isCheap(text: string, format: TextFormat): boolean {
  if (text.length <= CHEAP_YAML && format === "yaml") return true;
  if (text.length > CHEAP_JSON || !mayBeJson(text, format)) return text.length <= CHEAP_YAML && format !== "json";
  const { values, isTooDeep, error } = scanJson(text, MAX_DEPTH);
  if (error !== undefined) return format === "json" || text.length <= CHEAP_YAML;
  return isTooDeep || values <= CHEAP_VALUES;
}

/**
 * The value of a YAML or JSON text. `file` names it in errors.
 * @throws ServiceError `bad_yaml`, `bad_json`, `document_too_big`
 */
export function parseText(text: string, format: TextFormat, file: string): unknown {
  if (format === "json") return parseJson(text, file);
  if (!mayBeJson(text, format)) return parseYaml(text, file);
  const scan = scanJson(text, MAX_DEPTH);
  if (scan.error === undefined) return parseScanned(text, file, scan);
  return parseJsonLikeYaml(text, file, scan.error);
}

/** @throws ServiceError `bad_json`, `document_too_big` */
export function parseJson(text: string, file: string): unknown {
  const scan = scanJson(text, MAX_DEPTH);
  if (scan.error !== undefined) throw new ServiceError("bad_json", { file, ...placeOfError(text, scan.error) });
  return parseScanned(text, file, scan);
}

function parseScanned(text: string, file: string, { isTooDeep, values }: JsonScan): unknown {
  if (isTooDeep) {
    throw new ServiceError("document_too_big", { file, what: "it is nested too deeply", limit: `${MAX_DEPTH} levels` });
  }
  if (values > MAX_VALUES) {
    throw new ServiceError("document_too_big", { file, what: `it has ${values} values`, limit: String(MAX_VALUES) });
  }
  return JSON.parse(text);
}

function mayBeJson(text: string, format: TextFormat): boolean {
  return format === "json" || (format === "any" && /^\s*\{/.test(text));
}

/** A YAML map in braces is fine; if it is not even that, its error as JSON helps more. */
function parseJsonLikeYaml(text: string, file: string, asJson: { at: number; reason: string }): unknown {
  try {
    return parseYaml(text, file);
  } catch (error) {
    if (error instanceof ServiceError && error.code === "bad_yaml" && /^\s*\{\s*"/.test(text))
      throw new ServiceError("bad_json", { file, ...placeOfError(text, asJson) }, { cause: error });
    throw error;
  }
}

/** Limits of js-yaml itself against texts made to grow, by the beginning of its message. */
const GROWTH = /^(nesting exceeded|merge keys exceeded|abnormal merge sequence)/;

function parseYaml(text: string, file: string): unknown {
  try {
    const documents: unknown[] = [];
    yaml.loadAll(text, (document) => documents.push(document), { schema: yamlSchema });
    if (documents.length > 1) {
      const what = `it has ${documents.length} YAML documents`;
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
