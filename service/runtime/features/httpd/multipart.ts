import { decode, encode } from "../../base/values/bytes.js";

export interface FormPart {
  name: string;
  fileName?: string;
  data: Uint8Array;
}

/** The parts of a `multipart/form-data` body (RFC 7578). */
export function readMultipart(body: Uint8Array, boundary: string): FormPart[] {
  const mark = encode(`--${boundary}`);
  const parts: FormPart[] = [];
  for (let at = find(body, mark, 0); at >= 0; ) {
    const next = find(body, mark, at + mark.length);
    if (next < 0) break;
    // The line end after the mark and the one before the next do not belong to the part.
    const part = readPart(body.subarray(at + mark.length + 2, next - 2));
    if (part !== undefined) parts.push(part);
    at = next;
  }
  return parts;
}

function readPart(bytes: Uint8Array): FormPart | undefined {
  const split = find(bytes, encode("\r\n\r\n"), 0);
  if (split < 0) return undefined;
  const disposition = /content-disposition:([^\r\n]*)/i.exec(decode(bytes.subarray(0, split)))?.[1] ?? "";
  const name = /[;\s]name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) return undefined;
  return { name, fileName: /filename="([^"]*)"/i.exec(disposition)?.[1], data: bytes.slice(split + 4) };
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0]!, from); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1))
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  return -1;
}
