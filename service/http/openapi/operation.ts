import { type ErrorCode, errorTable } from "../../base/errors.js";

export type Schema = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  description: string;
  schema: Schema;
}

/** What a route takes and gives, as far as it is particular to it. */
export interface Operation {
  id: string;
  tag: "runs" | "nodes" | "health" | "compatible";
  summary: string;
  description?: string;
  parameters?: Parameter[];
  body?: { description: string; content: Record<string, Schema>; isOptional?: boolean };
  /** By status: what it means and, by media type, what it holds. */
  replies: Record<number, { description: string; content?: Record<string, Schema>; headers?: Record<string, string> }>;
  /** Codes of the error table it may refuse with, besides those of every route. */
  problems?: readonly ErrorCode[];
  /** No credentials are asked for. */
  isOpen?: boolean;
}

/** Refusals that every route with credentials knows. */
const ANYWHERE: readonly ErrorCode[] = [
  "unauthorised",
  "bad_key",
  "bad_signature",
  "bad_run_token",
  "cross_origin",
  "draining",
  "internal",
];

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const json = (schema: Schema): Record<string, Schema> => ({ "application/json": { schema } });
export const text = (type = "text/plain"): Record<string, Schema> => ({ [type]: { schema: { type: "string" } } });

/** The Operation Object of OpenAPI 3.1. */
export function operationObject(operation: Operation): Schema {
  const { id, tag, summary, description, parameters, body, replies, problems = [], isOpen } = operation;
  const responses: Record<string, Schema> = {};
  for (const [status, { headers, ...reply }] of Object.entries(replies)) {
    const described = Object.entries(headers ?? {}).map(([name, words]) => [name, headerObject(words)] as const);
    responses[status] = described.length === 0 ? reply : { ...reply, headers: Object.fromEntries(described) };
  }
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    parameters: parameters?.map((parameter) => ({ ...parameter, required: parameter.in === "path" })),
    requestBody: body && { description: body.description, required: !body.isOptional, content: body.content },
    responses: { ...responses, ...refusals(isOpen ? problems : [...problems, ...ANYWHERE]) },
    security: isOpen ? [] : undefined,
  };
}

function headerObject(description: string): Schema {
  return { description, schema: { type: "string" } };
}

/** A response a status, with the codes that have it. */
function refusals(codes: readonly ErrorCode[]): Record<string, Schema> {
  const byStatus: Record<string, string[]> = {};
  for (const code of codes) (byStatus[errorTable[code].status] ??= []).push(`\`${code}\` ${errorTable[code].title}`);
  const content = { "application/problem+json": { schema: ref("Problem") } };
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, lines]) => [status, { description: lines.join("; "), content }]),
  );
}
