import type { ErrorCode } from "../../base/errors.js";
import type { Content, Parameter, Schema } from "../route.js";

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const json = (schema: Schema): Content => ({ "application/json": { schema } });
/** A map with these properties only, all of them required unless `required` says otherwise. */
export const closed = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: "object",
  properties,
  required,
});
/** A map with properties that the jobs or the caller choose. */
export const open = (description?: string): Schema => ({ type: "object", description, additionalProperties: true });
export const text = (type = "text/plain"): Content => ({ [type]: { schema: { type: "string" } } });

/** A parameter of the query, a text unless a schema is given. */
export const query = (name: string, description: string, schema: Schema = { type: "string" }): Parameter => ({
  name,
  in: "query",
  description,
  schema: { ...schema },
});
/** All other parameters of the query: the arguments of a run, as texts. */
export const argumentsParameter: Parameter = {
  name: "args",
  in: "query",
  description: "Arguments of the run; each is a parameter of the query",
  style: "form",
  explode: true,
  schema: { type: "object", additionalProperties: { type: "string" } },
};
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
