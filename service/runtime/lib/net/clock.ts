import { world } from "../../base/world.js";
import { ask } from "./ask.js";

/** The time of a time server (SNTP, RFC 4330). */

const SERVERS = ["pool.ntp.org", "time.google.com", "time-a.nist.gov", "europe.pool.ntp.org"];
const PORT = 123;
/** From 1900, where the protocol begins, to 1970. */
const EPOCH_SECONDS = 2_208_988_800;
const TRANSMITTED = 40;

/**
 * @param server `host` or `host:port`; absent: public ones, one after the other
 * @throws Error with what each of them said, when none answers in `timeoutMs`
 */
export function actualTime(server?: string, timeoutMs = 5_000): Date {
  const refusals: string[] = [];
  for (const name of server === undefined ? SERVERS : [server]) {
    const [host, port] = name.split(":") as [string, string?];
    const packet = new Uint8Array(48);
    packet[0] = 0x23; // version 4, asked by a client
    const startMs = world.host.clock.nowMs();
    const params = { host, port: Number(port ?? PORT), wantsReply: true, timeoutMs };
    const { event, bytes } = ask("udp", params, { bytes: packet, what: name });
    if (bytes !== undefined && bytes.length >= 48) {
      const halfTripMs = (world.host.clock.nowMs() - startMs) / 2;
      return new Date(Math.round(timestampMs(bytes, TRANSMITTED) + halfTripMs));
    }
    refusals.push(`${name}: ${event.data?.error ?? "no answer of a time server"}`);
  }
  throw new Error(`no time server answered (${refusals.join("; ")})`);
}

function timestampMs(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (view.getUint32(at) - EPOCH_SECONDS + view.getUint32(at + 4) / 2 ** 32) * 1000;
}

/** The time of a public server; `alternative`: of another one of them. */
export const publicTime = (alternative?: unknown): Date =>
  actualTime(alternative === true ? "time.google.com" : undefined);
