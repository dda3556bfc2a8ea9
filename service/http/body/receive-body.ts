import type { FastifyRequest } from "fastify";
import { ServiceError } from "../../base/errors.js";
import { PayloadHasher } from "../query/idempotency.js";
import { LargeBody } from "./large-body.js";
import { dropPaced, readPaced } from "./paced.js";

/** Largest body without an oJob, bytes: it has a few fields and is parsed on the event loop. */
export const SMALL_BODY = 64 * 1024;
/** Bytes from which on a body is read in turns with others. */
const LARGE = 64 * 1024;

type Payload = NodeJS.ReadableStream;
type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Reads a request's body as bytes, whatever its content type. Large bodies take turns and are hashed piece by piece (see
 * {@link LargeBody}); the sender has to be authenticated before a body is parsed.
 *
 * Calls back with ServiceError `unsupported_encoding`, `body_too_large`, or the error of the connection.
 */
export function receiveBody(request: FastifyRequest, payload: Payload, done: Done): void {
  const { "content-length": announced, "content-encoding": encoding } = request.headers;
  const refuse = (error: Error): void => {
    dropPaced(payload);
    done(error);
  };
  if (encoding !== undefined && !isIdentity(encoding)) {
    const headers = { "accept-encoding": "identity" };
    return refuse(new ServiceError("unsupported_encoding", { encoding: String(encoding) }, { headers }));
  }
  const length = announced === undefined ? undefined : Number(announced);
  // Read only when needed: Fastify takes longer to make the route's options than to read a small body.
  let limit = 0;
  const isTooLarge = (bytes: number): boolean => {
    if (bytes <= limit) return false;
    limit = request.routeOptions.bodyLimit ?? 0;
    return bytes > limit;
  };
  if (length !== undefined && isTooLarge(length)) return refuse(new ServiceError("body_too_large", { limit }));

  const pieces: Buffer[] = [];
  let received = 0;
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
    stop();
    takeTurns();
  };
  const end = (): void => {
    stop();
    // A copy, since the pieces are views of the buffers of the socket.
    done(null, Buffer.concat(pieces, received));
  };
  const fail = (error: Error & { statusCode?: number }): void => {
    stop();
    error.statusCode ??= 400;
    done(error);
  };
  /** Continues with a body that turned out to be large. */
  const takeTurns = (): void => {
    const body = new LargeBody(length, new PayloadHasher(request));
    for (const piece of pieces) body.add(piece);
    const add = (piece: Buffer): void => {
      body.add(piece);
      if (length !== undefined || !isTooLarge(body.length)) return;
      stopReading();
      refuse(new ServiceError("body_too_large", { limit }));
    };
    const stopReading = readPaced(payload, { take: add, end: () => done(null, body.end()), fail });
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
