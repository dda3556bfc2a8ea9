import { decode, encode } from "../../base/values/bytes.js";
import { isMap, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { jsonParse } from "../../lib/data/json.js";

/** JSON web tokens with a shared secret (RFC 7519, HS256 to HS512). */

const digests: Record<string, string> = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };
/** Bytes a secret has at least, for the strongest algorithm it allows. */
const SIZES: [number, string][] = [
  [64, "HS512"],
  [48, "HS384"],
  [32, "HS256"],
];

/** Short secrets are filled up with zero bytes to the next size an algorithm takes. */
function secretOf(key: unknown): Uint8Array {
  const bytes = encode(String(key));
  const size = [32, 48, 64].find((one) => bytes.length <= one) ?? bytes.length;
  const filled = new Uint8Array(size);
  filled.set(bytes);
  return filled;
}

export interface TokenData {
  audience?: string;
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  expiration?: unknown;
  id?: string;
  issuedAt?: unknown;
  issuer?: string;
  notBefore?: unknown;
  subject?: string;
}

/** @returns the signed token */
export function sign(key: unknown, data: TokenData = {}): string {
  const secret = secretOf(key);
  const algorithm = SIZES.find(([size]) => secret.length >= size)![1];
  const claims: Record<string, unknown> = { ...data.claims };
  const names = { audience: "aud", id: "jti", issuer: "iss", subject: "sub" } as const;
  for (const name of Object.keys(names) as (keyof typeof names)[])
    if (!isUnDef(data[name])) claims[names[name]] = data[name];
  const times = { expiration: "exp", issuedAt: "iat", notBefore: "nbf" } as const;
  for (const name of Object.keys(times) as (keyof typeof times)[])
    if (!isUnDef(data[name])) claims[times[name]] = Math.floor(new Date(data[name] as string).getTime() / 1000);
  const head = part(JSON.stringify({ ...data.header, ...data.headers, alg: algorithm }));
  const body = part(JSON.stringify(claims));
  return `${head}.${body}.${signature(algorithm, secret, `${head}.${body}`)}`;
}

/** The claims of a token; its signature is not verified. */
export function decodeToken(token: unknown): any {
  if (!isString(token)) throw isUnDef(token) ? "token not defined or assigned" : "token is not a string";
  return jsonParse(decode(encode(token.split(".")[1] ?? "", "base64url")));
}

/** @throws Error when the signature is wrong or its time is over */
export function verify(key: unknown, token: unknown): { headers: any; claims: any } {
  if (!isString(token)) throw isUnDef(token) ? "token not defined or assigned" : "token is not a string";
  const [head = "", body = "", given = ""] = token.split(".");
  const headers = jsonParse(decode(encode(head, "base64url")));
  const algorithm = isMap(headers) ? String(headers.alg) : "";
  if (!(algorithm in digests))
    throw new Error(
      `JWT: algorithm "${algorithm}" is not available in the embedded engine; HS256, HS384 and HS512 are`,
    );
  if (signature(algorithm, secretOf(key), `${head}.${body}`) !== given)
    throw new Error(
      "JWT signature does not match locally computed signature. JWT validity cannot be asserted and should not be trusted.",
    );
  const claims = decodeToken(token);
  const seconds = world.host.clock.nowMs() / 1000;
  if (claims.exp <= seconds) throw new Error("JWT expired");
  if (claims.nbf > seconds) throw new Error("JWT is not valid yet");
  return { headers, claims };
}

function part(text: string): string {
  return decode(encode(text), "base64url");
}

function signature(algorithm: string, secret: Uint8Array, text: string): string {
  return decode(world.host.bytes.hmac(digests[algorithm]!, secret, text), "base64url");
}
