import { timingSafeEqual } from "node:crypto";
import { sha256Hex, v1Signature, v1Window, v1WindowKey } from "../client/sign.js";

/**
 * Checks signatures of scheme v1, what existing clients send in the header `auth`.
 *
 * The scheme itself says so little that more than one signature has to count for a request: that of the previous and the
 * next window (clocks differ, windows end), that of the target with and without an empty query's `?`, and that of each
 * form of the body that a client may have signed. Within its windows a v1 request can be replayed: that is the scheme.
 */
export class V1Verifier {
  private readonly windowKeys = new Map<number, Buffer>();

  constructor(private readonly apiKey: string) {}

  /**
   * @param signature value of `auth`
   * @param target path and query as received
   */
  verify(signature: string, target: string, body: Buffer, nowMs = Date.now()): boolean {
    if (!/^[0-9a-f]{64}$/i.test(signature)) return false;
    const given = Buffer.from(signature, "hex");
    const now = v1Window(nowMs);
    const uris = targetForms(target);
    for (const data of bodyForms(body)) {
      const hash = sha256Hex(data);
      for (const window of [now, now - 1, now + 1]) {
        const key = this.windowKey(window);
        for (const uri of uris) {
          if (timingSafeEqual(v1Signature(key, uri, hash), given)) return true;
        }
      }
    }
    return false;
  }

  private windowKey(window: number): Buffer {
    let key = this.windowKeys.get(window);
    if (key === undefined) {
      if (this.windowKeys.size > 8) this.windowKeys.clear();
      key = v1WindowKey(this.apiKey, window);
      this.windowKeys.set(window, key);
    }
    return key;
  }
}

/** Clients sign `/ojob?` also when their HTTP library leaves the `?` out, and the other way round. */
function targetForms(target: string): string[] {
  if (!target.includes("?")) return [`${target}?`, target];
  return target.endsWith("?") ? [target, target.slice(0, -1)] : [target];
}

/** The forms of a body that count, the usual first, each made only when the ones before did not match. */
function* bodyForms(body: Buffer): Generator<Buffer | string> {
  const end = trimmedLength(body);
  yield body.subarray(0, end);
  if (end < body.length) yield body;
  const first = String.fromCharCode(body[0] ?? 0);
  if (!'{["'.includes(first)) return;
  const text = body.toString("utf8", 0, end);
  if (first === '"' && text.endsWith('"')) yield text.slice(1, -1);
  let compact: string;
  try {
    const value: unknown = JSON.parse(text);
    compact = typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    return; // not JSON: there is no further form
  }
  yield compact;
}

/** Without the spaces, tabs and line ends it ends with. */
function trimmedLength(body: Buffer): number {
  let end = body.length;
  while (end > 0 && [0x20, 0x09, 0x0a, 0x0d].includes(body[end - 1] ?? 0)) end--;
  return end;
}
