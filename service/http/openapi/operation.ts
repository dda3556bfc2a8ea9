import { type ErrorCode, errorTable } from "../../base/errors.js";
import type { ClientRoute, Content, Example, Parameter, Reply, Schema } from "../route.js";
import { EXAMPLE_UUID } from "./examples.js";
import { queryProblems, ref } from "./parts.js";

/** Refusals of every route. */
const ANYWHERE: readonly ErrorCode[] = ["cross_origin", "foreign_host", "internal"];
/** Refusals of routes with credentials. */
const WITH_KEY: readonly ErrorCode[] = [
  "unauthorised",
  "bad_key",
  "bad_run_token",
  "bad_signature",
  "signature_incomplete",
  "signature_expired",
  "signature_before_start",
  "signature_replayed",
  "signature_for_other",
  "unknown_key_id",
  "nonces_full",
  // Also on routes that accept version 1: SIGNATURES=v2 refuses it.
  "v1_refused",
  "draining",
];
/** Refusals of any body, expected or not. */
const OF_ANY_BODY: readonly ErrorCode[] = ["body_too_large", "unsupported_encoding"];
/** Refusals of bodies that are read. */
const OF_BODY: readonly ErrorCode[] = ["empty_body", "not_utf8"];

/** Codes that a route may refuse with: its own, and those that follow from its access, body and query. */
export function problemsOf(route: ClientRoute): ErrorCode[] {
  const { access, method, body, parameters = [], problems = [] } = route;
  const codes = [...problems, ...ANYWHERE];
  // Arguments of a run have any name and value.
  if (parameters.some((parameter) => parameter.in === "query" && parameter.style === undefined))
    codes.push(...queryProblems);
  if (method !== "GET") codes.push(...OF_ANY_BODY);
  if (body !== undefined) codes.push(...OF_BODY);
  if (access === "key") codes.push(...WITH_KEY);
  return [...new Set(codes)];
}

/** The Operation Object of OpenAPI 3.1. */
export function operationObject(route: ClientRoute): Schema {
  const { id, tag, summary, description, body, replies } = route;
  const responses = Object.entries(replies).map(([status, reply]) => [
    status,
    replyObject(route, Number(status), reply),
  ]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    parameters: route.parameters?.map((parameter) => parameterObject(route, parameter)),
    requestBody: body && {
      description: body.description,
      required: true,
      content: withExamples(
        body.content,
        route.examples.filter((example) => example.body !== undefined).map((example) => [example, example.body]),
      ),
    },
    responses: { ...Object.fromEntries(responses), ...refusals(problemsOf(route)) },
    security: route.access === "open" ? [] : undefined,
  };
}

function replyObject({ examples }: ClientRoute, status: number, { headers, content, ...reply }: Reply): Schema {
  const described = Object.entries(headers ?? {}).map(([name, words]) => [name, headerObject(words)] as const);
  const shown = examples.filter((example) => example.status === status && example.reply !== undefined);
  return {
    ...reply,
    content:
      content &&
      withExamples(
        content,
        shown.map((example) => [example, example.reply]),
      ),
    headers: described.length === 0 ? undefined : Object.fromEntries(described),
  };
}

function parameterObject({ examples }: ClientRoute, parameter: Parameter): Schema {
  const { in: place, name, style } = parameter;
  const valueIn = ({ query, headers }: Example): unknown =>
    place === "path" ? EXAMPLE_UUID : style === "form" ? query : (place === "query" ? query : headers)?.[name];
  const shown = examples.filter((example) => valueIn(example) !== undefined);
  return {
    ...parameter,
    required: place === "path",
    examples: shown.length === 0 ? undefined : examplesObject(shown.map((example) => [example, valueIn(example)])),
  };
}

type Shown = readonly (readonly [Example, unknown])[];

/** A text belongs to the first media type that is not JSON, if there is one; another value to JSON. */
function withExamples(content: Content, shown: Shown): Schema {
  const types = Object.keys(content);
  const typeOf = ([, value]: Shown[number]): string =>
    types.find((type) => isJson(type) !== isText(value)) ?? types[0]!;
  return Object.fromEntries(
    Object.entries(content).map(([type, described]) => {
      const here = shown.filter((one) => typeOf(one) === type);
      return [type, here.length === 0 ? described : { ...described, examples: examplesObject(here) }];
    }),
  );
}

const isJson = (type: string): boolean => type === "application/json";
const isText = (value: unknown): boolean => typeof value === "string";

/** Named by their summaries. */
function examplesObject(shown: Shown): Schema {
  return Object.fromEntries(
    shown.map(([{ summary }, value]) => [summary.toLowerCase().replaceAll(/[^a-z\d]+/g, "-"), { summary, value }]),
  );
}

function headerObject(description: string): Schema {
  return { description, schema: { type: "string" } };
}

/** One response per status, with the codes that have it. */
function refusals(codes: readonly ErrorCode[]): Record<string, Schema> {
  const byStatus: Record<string, string[]> = {};
  for (const code of codes) (byStatus[errorTable[code].status] ??= []).push(`\`${code}\` ${errorTable[code].title}`);
  const content = { "application/problem+json": { schema: ref("Problem") } };
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, lines]) => [status, { description: lines.join("; "), content }]),
  );
}
