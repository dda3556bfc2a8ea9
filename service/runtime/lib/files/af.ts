import { jobScope } from "../../base/job-scope.js";
import { toHost, toJava } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";
import { encrypt } from "../bytes/crypto.js";
import { isTextByte, readBytes } from "./bytes.js";

/** Older names of `af` for functions of `io` and for output, and small functions over bytes. */

/** Bytes (or their numbers) that cannot all be text. */
export function isBinaryArray(values: ArrayLike<number>, limit = 1024): boolean {
  const count = Math.min(values.length, limit > 0 ? limit : values.length);
  for (let at = 0; at < count; at++) if (!isTextByte(values[at]! & 0xff)) return true;
  return false;
}

/** An entry of a zip file as text, or as bytes. */
export function fromZip(file: string, entry: string, asBytes = false, encoding?: string): unknown {
  const bytes = readBytes(`${file}::${entry}`);
  return asBytes ? toJava(bytes.slice()) : world.host.bytes.decode(bytes, encoding);
}

export const writeLine = (text: unknown) => world.host.output.write(1, `${text}\n`);

export const write = (text: unknown) => world.host.output.write(1, `${text}`);

export const writeErrorLine = (text: unknown) => world.host.output.write(2, `${text}\n`);

export const writeError = (text: unknown) => world.host.output.write(2, `${text}`);

export const askUser = (prompt?: string) => jobScope.ask(prompt);

export const encryptText = () => encrypt(jobScope.ask(": ", "\0") ?? "");

export const secureRandom = (length = 8) => toJava(world.host.bytes.random(length));

export const getEncoding = (bytes: unknown) =>
  world.host.bytes.decode(toHost(bytes)).includes("\ufffd") ? null : "UTF-8";

export const newJavaArray = (type: unknown, length: number) =>
  ["byte"].includes(String((type as { TYPE?: string })?.TYPE ?? type))
    ? new Int8Array(length)
    : new Array(length).fill(null);

export const getJavaStackTrace = () => [];

export const checkLatestVersion = () => -1;

export const openInBrowser = () => false;
