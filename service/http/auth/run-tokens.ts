import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const PREFIX = "run:";

/**
 * Tokens by which a run asks its own node: `run:UUID:HMAC`, the HMAC-SHA256 (hex) of the uuid with a secret that lives as
 * long as the node's process. A run gets its token with `global.ROJOB`; it opens everything the API key does, for as
 * long as the run runs on this node.
 */
export class RunTokens {
  private readonly secret = randomBytes(32);

  /** @param running uuids of the runs that execute on this node now */
  constructor(private readonly running: () => readonly string[]) {}

  /** The token of a run, to be sent as `Authorization: Bearer TOKEN`. */
  tokenOf(uuid: string): string {
    return `${PREFIX}${uuid}:${this.signatureOf(uuid)}`;
  }

  /** Does it look like a token? */
  static isToken(bearer: string): boolean {
    return bearer.startsWith(PREFIX);
  }

  /** uuid of the run whose token it is; undefined when it is nobody's, or the run does not run here now. */
  runOf(bearer: string): string | undefined {
    const colon = bearer.lastIndexOf(":");
    const uuid = bearer.slice(PREFIX.length, colon);
    // As text: decoding would ignore an odd digit, and whatever follows the first character that is none.
    const given = Buffer.from(bearer.slice(colon + 1));
    const expected = Buffer.from(this.signatureOf(uuid));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return this.running().includes(uuid) ? uuid : undefined;
  }

  private signatureOf(uuid: string): string {
    return createHmac("sha256", this.secret).update(uuid).digest("hex");
  }
}
