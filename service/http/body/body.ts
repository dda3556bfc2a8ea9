import { isUtf8 } from "node:buffer";
import { ServiceError } from "../../base/errors.js";

/**
 * The text of a request's body, without a byte order mark.
 * @param expected what the body of this route has to be, for the message
 * @throws ServiceError `empty_body`, `not_utf8`
 */
export function bodyText(body: unknown, route: string, expected: string): string {
  const bytes = body as Buffer | undefined;
  if (bytes === undefined || bytes.length === 0) throw new ServiceError("empty_body", { route, expected });
  if (!isUtf8(bytes)) throw new ServiceError("not_utf8", { offset: offsetOfBadByte(bytes) });
  const text = bytes[0] === 0xef ? bytes.toString("utf8").replace(/^\uFEFF/, "") : bytes.toString("utf8");
  if (text.trim() === "") throw new ServiceError("empty_body", { route, expected });
  return text;
}

/** Length of the longest valid beginning, found by bisection; only whole characters are tried, since a cut one is invalid. */
function offsetOfBadByte(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, startOfCharacter(bytes, middle)))) low = middle;
    else high = middle - 1;
  }
  return startOfCharacter(bytes, low);
}

/** The nearest offset at or before `at` where a character starts; `at` after more than three continuation bytes. */
function startOfCharacter(bytes: Buffer, at: number): number {
  for (let back = 0; back < 4 && at - back >= 0; back++) {
    if (((bytes[at - back] ?? 0) & 0xc0) !== 0x80) return at - back;
  }
  return at;
}
