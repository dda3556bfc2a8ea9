import { type ErrorCode, errorTable } from "../../base/errors.js";
import type { ClientRoute, Schema } from "../route.js";
import { ref } from "./parts.js";

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

/** The Operation Object of OpenAPI 3.1. */
export function operationObject(route: ClientRoute): Schema {
  const { id, tag, summary, description, parameters, body, replies, problems = [] } = route;
  const isOpen = route.access === "open";
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
    requestBody: body && { description: body.description, required: true, content: body.content },
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
