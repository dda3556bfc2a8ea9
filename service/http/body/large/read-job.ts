import { createHash } from "node:crypto";
import { ServiceError } from "../../../base/errors.js";
import { textOf } from "../../../base/json/text-of.js";
import { readOJob } from "../../../catalog/ojob-source.js";
import { parseText } from "../../../catalog/parse-text.js";
import { shownArgs } from "../../../catalog/shown-args.js";
import { withErrors } from "../../reply/result.js";
import { bodyText } from "../body.js";
import { readRunRequest } from "../run-request.js";
import type { ParseAnswer, ParsedArgs, ParsedJob, ParseJob } from "./messages.js";

/** Characters of JSON from which on arguments are returned as text. */
const LARGE_ARGS = 16 * 1024;

/** Reads a large body, in the parse thread. Never throws. */
export function readJob(job: ParseJob): ParseAnswer {
  try {
    return { parsed: parse(job) };
  } catch (error) {
    if (error instanceof ServiceError) return { refusal: { code: error.code, values: error.values } };
    return { failure: (error as Error).stack ?? String(error) };
  }
}

function parse(job: ParseJob): ParsedJob {
  const bytes = Buffer.from(job.bytes.buffer, job.bytes.byteOffset, job.bytes.byteLength);
  if (job.kind === "result") {
    return { result: new TextEncoder().encode(withErrors(textOf(bytes), job.errors)) };
  }
  if (job.kind === "ojob") {
    const text = bodyText(bytes, job.route, job.expected);
    return readText(text, job.format, job.file);
  }
  const { ojob, run, args, settings } = readRunRequest(bytes, job.isRunOnly);
  const request = { run, args: pack(args), settings };
  return ojob === undefined ? { request } : { ...readText(ojob, "any", "ojob"), request };
}

function readText(text: string, format: "any" | "yaml" | "json", file: string): ParsedJob {
  const { args, rojob } = readOJob(parseText(text, format, file), file, text.length);
  return {
    text: new TextEncoder().encode(JSON.stringify(text)),
    sourceHash: createHash("sha256").update(text).digest("hex"),
    rojob,
    args: pack(args),
  };
}

function pack(args: Readonly<Record<string, unknown>>): ParsedArgs {
  const json = JSON.stringify(args);
  // Values that JSON does not have (dates of YAML) are returned beside it.
  if (json.length <= LARGE_ARGS) return { value: args };
  return { json: new TextEncoder().encode(json), shown: shownArgs(args), async: asyncOf(args) };
}

/** The value of `__async`, if its type is one that has a meaning. */
function asyncOf({ __async }: Record<string, unknown>): unknown {
  return typeof __async === "object" || typeof __async === "string" ? String(__async).slice(0, 10) : __async;
}
