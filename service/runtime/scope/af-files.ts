import { toHost, toJava } from "../java/bytes.js";
import { globals, world } from "../world.js";
import { encrypt } from "./crypto.js";
import { isTextByte, readBytes } from "./io-bytes.js";

/** Older names of `af` for functions of `io` and for output, and small functions over bytes. */

const io =
  (name: string) =>
  (...args: unknown[]): unknown =>
    globals.io[name](...args);

/** Bytes (or their numbers) that cannot all be text. */
function isBinaryArray(values: ArrayLike<number>, limit = 1024): boolean {
  const count = Math.min(values.length, limit > 0 ? limit : values.length);
  for (let at = 0; at < count; at++) if (!isTextByte(values[at]! & 0xff)) return true;
  return false;
}

/** An entry of a zip file as text, or as bytes. */
function fromZip(file: string, entry: string, asBytes = false, encoding?: string): unknown {
  const bytes = readBytes(`${file}::${entry}`);
  return asBytes ? toJava(bytes.slice()) : world.host.bytes.decode(bytes, encoding);
}

export const scope = {
  "af.cp": io("cp"),
  "af.mv": io("mv"),
  "af.mkdir": io("mkdir"),
  "af.rename": io("rename"),
  "af.listFiles": io("listFiles"),
  "af.readFile": io("readFile"),
  "af.readFileAsArray": io("readFileAsArray"),
  "af.readFileBytes": io("readFileBytes"),
  "af.readFileString": io("readFileString"),
  "af.writeFile": io("writeFile"),
  "af.writeFileAsArray": io("writeFileAsArray"),
  "af.writeFileBytes": io("writeFileBytes"),
  "af.writeFileString": io("writeFileString"),
  "af.p": (text: unknown) => world.host.output.write(1, `${text}\n`),
  "af.pnl": (text: unknown) => world.host.output.write(1, `${text}`),
  "af.e": (text: unknown) => world.host.output.write(2, `${text}\n`),
  "af.enl": (text: unknown) => world.host.output.write(2, `${text}`),
  "af.ask": (prompt?: string) => globals.ask(prompt),
  "af.encryptText": () => encrypt(globals.ask(": ", "\0") ?? ""),
  "af.secureRandom": (length = 8) => toJava(world.host.bytes.random(length)),
  "af.getEncoding": (bytes: unknown) => (world.host.bytes.decode(toHost(bytes)).includes("\ufffd") ? null : "UTF-8"),
  isBinaryArray,
  getFromZip: fromZip,
  newJavaArray: (type: unknown, length: number) =>
    ["byte"].includes(String((type as { TYPE?: string })?.TYPE ?? type))
      ? new Int8Array(length)
      : new Array(length).fill(null),
  getJavaStackTrace: () => [],
  checkLatestVersion: () => -1,
  openInBrowser: () => false,
};
