import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const PREFIX = "run:";

/**
 * Tokens with which a run authenticates to its own node: `run:UUID:HMAC`, the HMAC-SHA256 (hex) of the uuid with a secret that
 * lasts as long as the node's process. A run gets its token in `global.ROJOB`; it grants the same access as the API key, as
 * long as the run executes on this node.
 */
export class RunTokens {
  private readonly secret = randomBytes(32);

  /** @param running uuids of the runs that execute on this node now */
  constructor(private readonly running: () => readonly string[]) {}

  /** The token of a run, which it sends as `Authorization: Bearer TOKEN`. */
  tokenOf(uuid: string): string {
    return `${PREFIX}${uuid}:${this.signatureOf(uuid)}`;
  }

  /** Does the value have the form of a token? */
  static isToken(bearer: string): boolean {
    return bearer.startsWith(PREFIX);
  }

  /** uuid of the run that the token belongs to; undefined if the token is wrong or the run does not execute on this node now. */
  runOf(bearer: string): string | undefined {
    const colon = bearer.lastIndexOf(":");
    const uuid = bearer.slice(PREFIX.length, colon);
    // Compared as text: decoding ignores an odd digit and everything after the first character that is not a digit.
    const given = Buffer.from(bearer.slice(colon + 1));
    const expected = Buffer.from(this.signatureOf(uuid));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return this.running().includes(uuid) ? uuid : undefined;
  }

  private signatureOf(uuid: string): string {
    return createHmac("sha256", this.secret).update(uuid).digest("hex");
  }
}
