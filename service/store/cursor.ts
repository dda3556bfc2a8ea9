import { ServiceError } from "../base/errors.js";
import type { RunKey } from "./run-index.js";

/** Formats a position in the list of runs; the list goes on after it whatever runs come or go meanwhile. */
export function writeCursor({ acceptedAt, uuid }: RunKey): string {
  return Buffer.from(`${acceptedAt} ${uuid}`).toString("base64url");
}

/** @throws ServiceError `bad_parameter` */
export function readCursor(cursor: string): RunKey {
  const [, acceptedAt, uuid] = /^(\d+(?:\.\d+)?) (.+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (acceptedAt === undefined || uuid === undefined) {
    throw new ServiceError("bad_parameter", {
      name: "cursor",
      found: `'${cursor}'`,
      expected: "the value of 'next' of the previous page, or left out",
    });
  }
  return { acceptedAt: Number(acceptedAt), uuid };
}
