import { ServiceError } from "../base/errors.js";
import type { RunKey } from "./run-index.js";

/** A place in the list of runs as text; the list goes on behind it whatever comes or goes meanwhile. */
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
