import { timingSafeEqual } from "node:crypto";
import { hashOfBody, hashOfTrimmed, trimmedLength } from "./body-hash.js";
import { sha256Hex, v1Signature, v1Window, v1WindowKey } from "./sign.js";

/** Largest body whose forms are tried, bytes: they take time, and the sender is not authenticated yet. */
const MAX_FORMED = 64 * 1024;

/**
 * Checks signatures of scheme v1, which existing clients send in the header `auth`.
 *
 * The scheme leaves so much open that more than one signature has to count for a request: that of the previous and the
 * next window (clocks differ, windows end), that of the target with and without an empty query's `?`, and that of each
 * form of the body that a client may have signed: up to 64 KB also JSON without its blanks and a text without its
 * quotes. Within its windows a v1 request can be replayed: the scheme does not prevent that.
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
    for (const hash of hashesOf(body)) {
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

/** Hashes of the accepted forms of a body, the usual first, each made only when the ones before did not match. */
function* hashesOf(body: Buffer): Generator<string> {
  yield hashOfTrimmed(body);
  yield hashOfBody(body);
  if (body.length > MAX_FORMED) return;
  for (const form of jsonForms(body)) yield sha256Hex(form);
}

/** Forms that clients sign after they have parsed the body, although they send it unparsed. */
function* jsonForms(body: Buffer): Generator<string> {
  const first = String.fromCharCode(body[0] ?? 0);
  if (!'{["'.includes(first)) return;
  const text = body.toString("utf8", 0, trimmedLength(body));
  if (first === '"' && text.length > 1 && text.endsWith('"')) yield text.slice(1, -1);
  let compact: string;
  try {
    const value: unknown = JSON.parse(text);
    compact = typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    return; // not JSON, or nested too deep: there is no further form
  }
  yield compact;
}
