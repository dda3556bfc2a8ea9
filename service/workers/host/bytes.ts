import crypto from "node:crypto";
import zlib from "node:zlib";
import type { HostBytes } from "../../runtime/host.js";

/** Encodings, digests and compression. */
export function createBytes(): HostBytes {
  return {
    encode: (text, encoding = "utf8") => Buffer.from(text, nodeEncoding(encoding)),
    decode: (bytes, encoding = "utf8") => decode(bytes, encoding),
    digest: (algorithm, data) => crypto.createHash(algorithm).update(data).digest(),
    hmac: (algorithm, key, data) => crypto.createHmac(algorithm, key).update(data).digest(),
    random: (length) => crypto.randomBytes(length),
    uuid: () => crypto.randomUUID(),
    gzip: (data) => zlib.gzipSync(data),
    gunzip: (data) => zlib.gunzipSync(data),
    deflateRaw: (data, level) => zlib.deflateRawSync(data, { level }),
    inflateRaw: (data) => zlib.inflateRawSync(data),
    cipher(algorithm, key, iv, data) {
      const cipher = crypto.createCipheriv(algorithm, key, iv);
      return Buffer.concat([cipher.update(data), cipher.final()]);
    },
    decipher(algorithm, key, iv, data) {
      const decipher = crypto.createDecipheriv(algorithm, key, iv);
      return Buffer.concat([decipher.update(data), decipher.final()]);
    },
  };
}

/** Names Java and the web use for encodings Node knows under others. */
function nodeEncoding(name: string): BufferEncoding {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (plain === "iso88591") return "latin1";
  if (plain === "usascii") return "ascii";
  if (plain === "utf16" || plain === "utf16le") return "utf16le";
  if (plain === "base64url") return "base64url";
  if (Buffer.isEncoding(plain)) return plain;
  throw new Error(`unknown encoding "${name}": use UTF-8, ISO-8859-1, US-ASCII, UTF-16LE, hex or base64`);
}

function decode(bytes: Uint8Array, encoding: string): string {
  const plain = encoding.toLowerCase();
  if (plain === "utf8" || plain === "utf-8") return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(nodeEncoding(encoding));
}
