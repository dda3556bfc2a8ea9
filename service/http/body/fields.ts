import { ServiceError } from "../../base/errors.js";
import { checkDocument } from "../../catalog/document-check.js";
import { parseJson } from "../../catalog/parse-text.js";
import { isMap, nameOf } from "../../catalog/values.js";
import { bodyText } from "./body.js";

/**
 * Reads the body of a route that takes a JSON map of known fields.
 * @param expected what the body has to be, for messages
 * @throws ServiceError `empty_body`, `not_utf8`, `bad_json`, `bad_field`, `unknown_field`, and those of `checkDocument`
 */
export function readFields(
  body: unknown,
  route: string,
  expected: string,
  known: readonly string[],
): Record<string, unknown> {
  const text = bodyText(body, route, expected);
  const fields = parseJson(text, "request");
  checkDocument(fields, "request", text.length);
  if (!isMap(fields)) return refuseField("(the whole)", fields, "a JSON map");
  const unknown = Object.keys(fields).find((field) => !known.includes(field));
  if (unknown !== undefined) throw new ServiceError("unknown_field", { field: unknown, known: known.join(", ") });
  return fields;
}

/** @throws ServiceError `bad_field` */
export function refuseField(field: string, value: unknown, expected: string): never {
  throw new ServiceError("bad_field", { field, found: nameOf(value), expected });
}
