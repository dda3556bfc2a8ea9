import yaml from "js-yaml";
import { type Position, Positions } from "../base/yaml-positions.js";
import { explainJson } from "../catalog/json-error.js";
import { yamlSchema } from "../runtime/lib/text/yaml-schema.js";
import { parseDocument } from "../workers/parse-document.js";
import { type Finding, finding, type Place } from "./finding.js";
import { isMap } from "./values.js";

/** One job file as it is written, with the places of its values. */
export interface Unit {
  file: string;
  /** Undefined when it can not be read or holds no map. */
  document: Record<string, any> | undefined;
  /** Problems with its text. */
  findings: Finding[];
  /** Place of a value, identified by its container and key; only the file when it is not known. */
  placeOf(owner: object, key: string | number): Place;
  placeOfKey(owner: object, key: string): Place;
  positionOf(owner: object, key: string | number): Position | undefined;
}

/** Reads a job file, by the engine's own rules. */
export function readUnit(text: string, file: string): Unit {
  const isJson = /\.js(on)?$/i.test(file);
  const positions = new Positions(text);
  const findings: Finding[] = [];
  let docs: unknown[] = [];
  try {
    docs = isJson ? readJson(text, positions) : readYaml(text, file, positions);
  } catch (error) {
    findings.push(isJson && error instanceof SyntaxError ? jsonFinding(text, file) : yamlFinding(error as Error, file));
  }
  if (docs.length > 1)
    findings.push(
      finding("error", "document", { file }, `the file has ${docs.length} YAML documents: nothing would run`),
    );
  const toPlace = (position: Position | undefined): Place =>
    position === undefined ? { file } : { file, line: position.line, column: position.column };
  return {
    file,
    document: docs.length === 1 && isMap(docs[0]) ? docs[0] : undefined,
    findings,
    placeOf: (owner, key) => toPlace(positions.of(owner, key)),
    placeOfKey: (owner, key) => toPlace(positions.ofKey(owner, key)),
    positionOf: (owner, key) => positions.of(owner, key),
  };
}

function readYaml(text: string, file: string, positions: Positions): unknown[] {
  const docs: unknown[] = [];
  // @types/js-yaml does not know that the listener gets the loader's state.
  const listener = positions.listener as yaml.LoadOptions["listener"];
  yaml.loadAll(text, (doc) => docs.push(doc), { schema: yamlSchema, listener });
  // Only the engine refuses these: aliases that blow up, keys that change prototypes.
  if (/[&*]|__proto__/.test(text)) parseDocument(text, file);
  return docs;
}

/** JSON is read as such, and once more as YAML for the places. */
function readJson(text: string, positions: Positions): unknown[] {
  const value: unknown = JSON.parse(text);
  try {
    const listener = positions.listener as yaml.LoadOptions["listener"];
    return [yaml.load(text, { schema: yaml.JSON_SCHEMA, listener })];
  } catch (error) {
    // Not all JSON is YAML (tabs): its values then have no places.
    if (!(error instanceof yaml.YAMLException)) throw error;
    return [value];
  }
}

function yamlFinding(error: Error, file: string): Finding {
  const { mark, reason } = error as yaml.YAMLException;
  const place = mark === undefined ? { file } : { file, line: mark.line + 1, column: mark.column + 1 };
  return finding("error", "yaml", place, reason ?? error.message);
}

function jsonFinding(text: string, file: string): Finding {
  const { line, column, reason } = explainJson(text);
  return finding("error", "yaml", { file, line, column }, reason);
}
