import { jobScope } from "../../base/job-scope.js";
import { type AnyMap, isArray, isBoolean, isDate, isMap, isNull, isNumber, isString } from "../../base/values/types.js";
import { isEmail } from "../format/escapes.js";
import { merge } from "./merge.js";
import { check } from "./sigil.js";

/**
 * A JSON schema (draft 7) for data like `sample`. Texts in it may say more: `/re/` a pattern, `[1, 5[` limits of a number,
 * `([a, b])` the allowed values.
 * @param description template of the descriptions, filled with `{ key, type, … }`
 */
export function generateSchema(sample: any, id?: string, required?: string[], description?: string): AnyMap {
  const schemaId: string = check(id, "id").isString().default("https://example.com/schema.json");
  const names: string[] = check(required, "required").isArray().default([]);
  const about = { id: schemaId, required: names, json: sample };
  const describe = (data: AnyMap): string | undefined =>
    description === undefined ? undefined : jobScope.templify(description, data);
  const head: AnyMap = {
    $id: schemaId,
    $schema: "http://json-schema.org/draft-07/schema#",
    description: describe({ ...about, _detail: false }),
    required: names,
  };
  const schemaOf = (value: any, key?: string): AnyMap => {
    const schema: AnyMap = {};
    if (isMap(value)) {
      schema.type = "object";
      schema.properties = Object.fromEntries(Object.keys(value).map((name) => [name, schemaOf(value[name], name)]));
    } else if (isArray(value)) {
      schema.type = "array";
      if (value.length > 0) schema.items = schemaOf(value[0]);
    } else {
      const format = formatOf(value);
      if (format !== undefined) Object.assign(schema, { type: "string", format });
      else if (isString(value)) Object.assign(schema, textSchema(value));
      else schema.type = plainType(value);
    }
    if (description !== undefined) schema.description = describe(merge(schema, { ...about, _detail: true, key }));
    return schema;
  };
  return merge(head, schemaOf(sample));
}

function formatOf(value: any): string | undefined {
  const { net } = jobScope.ow;
  if (isDate(value)) return "date-time";
  if (!isString(value)) return undefined;
  const found = isEmail(value) ? "email" : net.isURL(value) ? "uri" : undefined;
  if (found !== undefined) return found;
  // A text that JavaScript can read as a date (a number alone is one too) counts as one.
  if (!Number.isNaN(new Date(value).getTime())) return "date-time";
  return net.isIPv4(value) ? "ipv4" : net.isIPv6(value) ? "ipv6" : undefined;
}

function plainType(value: any): string | undefined {
  if (isNull(value)) return "null";
  if (isNumber(value)) return "number";
  return isBoolean(value) ? "boolean" : undefined;
}

function textSchema(text: string): AnyMap {
  const pattern = /^\/(.+)\/$/.exec(text);
  if (pattern) return { type: "string", pattern: pattern[1] };
  const limits = /^(?:([[\]])\s*(-?\s*\d+))?\s*,?\s*(?:(-?\s*\d+)\s*([[\]]))?$/.exec(text);
  if (limits && (limits[1] ?? limits[4]) !== undefined) return limitsOf(limits);
  const choice = /^\s*\(\s*\[\s*(.+?)\s*\]\s*\)\s*$/.exec(text);
  if (choice) {
    const values = choice[1]!.split(/\s*,\s*/);
    return { type: isNumber(values[0]) ? "number" : "string", enum: values };
  }
  return { type: isNumber(text) ? "number" : "string" };
}

/** A bracket towards the number takes it in, one turned away leaves it out. */
function limitsOf([, open, low, high, close]: RegExpExecArray): AnyMap {
  const schema: AnyMap = { type: "number" };
  if (open !== undefined) schema[open === "[" ? "minimum" : "exclusiveMinimum"] = low;
  if (close !== undefined) schema[close === "]" ? "maximum" : "exclusiveMaximum"] = high;
  return schema;
}
