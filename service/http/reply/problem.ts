import { randomUUID } from "node:crypto";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../base/errors.js";
import type { HttpLog } from "../options.js";

/** The body of a refusal: problem details (RFC 9457), with the fields that clients of the original service read. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  /** The run that the problem concerns. */
  uuid?: string;
  result?: 0;
  error?: string;
  __errors?: readonly { name: string; error: readonly string[] }[];
}

/** Replies with the entry of the error table. */
export function sendProblem(reply: FastifyReply, error: ServiceError): void {
  const { entry, details, status } = error;
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="rojob"');
  const retryAfterS = details.retryAfterS ?? entry.retryAfterS;
  if (retryAfterS !== undefined) reply.header("retry-after", Math.ceil(retryAfterS));
  if (details.uuid !== undefined) reply.header("x-rojob-uuid", details.uuid);
  if (details.headers !== undefined) reply.headers(details.headers);
  // A string, so that Fastify neither changes the content type nor serialises it again.
  reply
    .code(status)
    .type("application/problem+json; charset=utf-8")
    .send(JSON.stringify(problemOf(error)));
}

export function problemOf(error: ServiceError): Problem {
  const { entry, details, code, message } = error;
  return {
    type: `urn:rojob:error:${code}`,
    title: entry.title,
    status: entry.status,
    detail: message,
    code,
    uuid: details.uuid,
    ...(entry.keep === "result" ? { result: 0 } : { error: message }),
    __errors: details.errors,
  };
}

/**
 * The entry of the error table for a thrown value. Logs an error that is not a refusal; the client gets only its id.
 * @param limit bytes of MAXBODY
 */
export function asServiceError(error: unknown, request: FastifyRequest, log: HttpLog, limit: number): ServiceError {
  if (error instanceof ServiceError) {
    if (error.status === 500) log.error({ err: error, code: error.code, uuid: error.details.uuid }, error.message);
    return error;
  }
  const { code = "", statusCode = 500, message } = error as Partial<FastifyError>;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new ServiceError("body_too_large", { limit });
  if (statusCode >= 400 && statusCode < 500) return new ServiceError("bad_request", { reason: message ?? code });
  const id = randomUUID();
  log.error({ err: error, id, method: request.method, path: request.raw.url?.replace(/\?.*$/s, "") }, "Request failed");
  return new ServiceError("internal", { id }, { cause: error });
}
