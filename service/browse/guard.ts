import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Does an `Authorization` header hold the key: as `Bearer KEY` (RFC 6750), or as the password of any user (RFC 7617)?
 * Takes the same time for any header.
 */
export function isAuthorised(header: string | undefined, apiKey: string): boolean {
  const given = keyOf(header);
  return given !== undefined && timingSafeEqual(hash(given), hash(apiKey));
}

function keyOf(header = ""): string | undefined {
  const [, scheme, credentials] = /^(bearer|basic) +(.+)$/i.exec(header) ?? [];
  if (scheme === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return credentials!.trim();
  const pair = Buffer.from(credentials!, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
