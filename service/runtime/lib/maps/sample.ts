import type { AnyMap } from "../../base/values/types.js";
import { check } from "./sigil.js";

const FORMATS: Record<string, string> = {
  "date-time": "1234-12-23T12:34:56.789Z",
  email: "someone@some.where",
  hostname: "ahost.some.where",
  ipv4: "1.2.3.4",
  ipv6: "1234:5678:90ab:cdef:1234:5678:90ab:cdef",
  uri: "http://something.some.where/in/there",
};

/** Data a JSON schema would accept in shape; limits and allowed values come as text (`[ 1, 5 ]`, `([a, b])`). */
export function generateSample(schema: AnyMap): any {
  check(schema, "jsonSchema").isMap().$_();
  return sampleOf(schema);
}

function sampleOf(schema: AnyMap | undefined): any {
  if (schema?.type === undefined) return undefined;
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.keys(schema.properties).map((name) => [name, sampleOf(schema.properties[name])]),
      );
    case "array": {
      const entry = sampleOf(schema.items);
      return [entry, entry, entry];
    }
    case "boolean":
      return true;
    case "number":
      return choiceOf(schema) ?? limitsOf(schema) ?? 123;
    case "null":
      return choiceOf(schema) ?? null;
    default:
      if (schema.enum !== undefined) return choiceOf(schema);
      return schema.pattern === undefined ? (FORMATS[schema.format] ?? "abc123") : `/${schema.pattern}/`;
  }
}

function choiceOf(schema: AnyMap): string | undefined {
  return schema.enum === undefined ? undefined : `([${schema.enum.join(", ")}])`;
}

function limitsOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: AnyMap): string | undefined {
  const low =
    exclusiveMinimum !== undefined ? `] ${exclusiveMinimum}` : minimum !== undefined ? `[ ${minimum}` : undefined;
  const high =
    maximum !== undefined ? `${maximum} ]` : exclusiveMaximum !== undefined ? `${exclusiveMaximum} [` : undefined;
  if (low === undefined) return high;
  return high === undefined ? low : `${low}, ${high}`;
}
