import type { ErrorCode } from "../../base/errors.js";
import type { Content, Parameter, Schema } from "../route.js";

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const json = (schema: Schema): Content => ({ "application/json": { schema } });
export const text = (type = "text/plain"): Content => ({ [type]: { schema: { type: "string" } } });

/** A parameter of the query, a text unless a schema is given. */
export const query = (name: string, description: string, schema: Schema = { type: "string" }): Parameter => ({
  name,
  in: "query",
  description,
  schema: { ...schema },
});
export const header = (name: string, description: string): Parameter => ({
  name,
  in: "header",
  description,
  schema: { type: "string" },
});
/** The uuid in a path. */
export const uuid = (description = "The run"): Parameter => ({
  name: "uuid",
  in: "path",
  description,
  schema: { type: "string" },
});
export const wait = query("wait", "Replies when the run has ended, or after at most this many seconds", {
  type: "number",
  minimum: 0,
  maximum: 3600,
});

/** Refusals of every query that is read by `QueryFields`. */
export const queryProblems: readonly ErrorCode[] = ["bad_query", "bad_parameter", "unknown_parameter"];
