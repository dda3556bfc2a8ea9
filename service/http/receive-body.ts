import type { FastifyRequest } from "fastify";
import { ServiceError } from "../errors.js";
import { BodyHasher } from "./body-hash.js";

/** Bytes from which on a body is hashed while it arrives. */
const LARGE = 64 * 1024;

type Payload = NodeJS.ReadableStream & { resume(): unknown };
type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Reads a request's body as bytes, whatever its content type; what is large is hashed piece by piece meanwhile (see
 * `hashOfBody`), as nothing else may be done with a body before it is known who sends it.
 *
 * Gives the callback ServiceError `unsupported_encoding`, `body_too_large`, or what went wrong with the connection.
 */
export function receiveBody(request: FastifyRequest, payload: Payload, done: Done): void {
  const { "content-length": announced, "content-encoding": encoding, auth } = request.headers;
  const refuse = (error: Error): void => {
    // What is still to come is read and dropped.
    payload.resume();
    done(error);
  };
  if (encoding !== undefined && !isIdentity(encoding)) {
    const headers = { "accept-encoding": "identity" };
    return refuse(new ServiceError("unsupported_encoding", { encoding: String(encoding) }, { headers }));
  }
  const length = announced === undefined ? undefined : Number(announced);
  // Making the route's options takes longer than reading a small body.
  let limit = 0;
  const isTooLarge = (bytes: number): boolean => {
    if (bytes <= limit) return false;
    limit = request.routeOptions.bodyLimit ?? 0;
    return bytes > limit;
  };
  if (length !== undefined && isTooLarge(length)) return refuse(new ServiceError("body_too_large", { limit }));

  const pieces: Buffer[] = [];
  let received = 0;
  let hasher: BodyHasher | undefined;
  const stop = (): void => {
    payload.removeListener("data", take);
    payload.removeListener("end", end);
    payload.removeListener("error", fail);
  };
  const take = (piece: Buffer): void => {
    received += piece.length;
    if (length === undefined && isTooLarge(received)) {
      stop();
      return refuse(new ServiceError("body_too_large", { limit }));
    }
    pieces.push(piece);
    if (received <= LARGE) return;
    if (hasher === undefined) {
      hasher = new BodyHasher(auth !== undefined);
      for (const each of pieces) hasher.update(each);
    } else hasher.update(piece);
  };
  const end = (): void => {
    stop();
    // A copy: the pieces are views of what the socket has read.
    const body = Buffer.concat(pieces, received);
    hasher?.keepFor(body);
    done(null, body);
  };
  const fail = (error: Error & { statusCode?: number }): void => {
    stop();
    error.statusCode ??= 400;
    done(error);
  };
  payload.on("data", take);
  payload.on("end", end);
  payload.on("error", fail);
  payload.resume();
}

function isIdentity(encoding: string | string[]): boolean {
  return String(encoding)
    .split(",")
    .every((coding) => ["", "identity"].includes(coding.trim().toLowerCase()));
}
