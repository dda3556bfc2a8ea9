import type { Steps } from "../../base/scheduler.js";
import { encode, toHost } from "../../base/values/bytes.js";
import { isByteArray, isFunction, isMap, isNull, isString, isUnDef } from "../../base/values/types.js";

/** A reply as route functions make it. */
export interface ReplyMap {
  status?: any;
  mimetype?: string;
  data?: unknown;
  stream?: any;
  header?: any;
  /** Gives the body bit by bit: each text is sent at once. */
  live?(send: (text: string) => void): Steps<void>;
}

/** Files behind streams made for a reply: the I/O thread sends them itself. */
export const filesOfStreams = new WeakMap<object, string>();

/** The reply in the form the I/O thread wants. */
export function sendable(reply: ReplyMap): {
  status: number;
  headers: [string, string][];
  body?: Uint8Array;
  file?: string;
} {
  const headers: [string, string][] = [["Content-Type", reply.mimetype ?? "text/plain"]];
  if (isMap(reply.header))
    for (const name of Object.keys(reply.header))
      if (!isNull(reply.header[name])) headers.push([name, String(reply.header[name])]);
  const status = isUnDef(reply.status) ? 200 : Math.trunc(Number(reply.status)) || 200;
  const file = typeof reply.stream === "object" && reply.stream !== null ? filesOfStreams.get(reply.stream) : undefined;
  if (file !== undefined && isUnDef(reply.data)) {
    reply.stream.close();
    return { status, headers, file };
  }
  return { status, headers, body: bodyOf(reply) };
}

function bodyOf({ data, stream }: ReplyMap): Uint8Array {
  if (isString(data)) return encode(data);
  if (isByteArray(data)) return toHost(data);
  if (!isNull(data)) return encode(String(data));
  if (!isNull(stream) && isFunction(stream.readAllBytes)) return toHost(stream.readAllBytes());
  return new Uint8Array(0);
}
