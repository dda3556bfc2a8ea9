import crypto from "node:crypto";
import zlib from "node:zlib";
import type { HostBytes } from "../../runtime/base/host.js";
import { decodeText, encodeText } from "./encodings.js";

/** Encodings, digests and compression. */
export function createBytes(): HostBytes {
  return {
    encode: (text, encoding = "utf8") => encodeText(text, encoding),
    decode: (bytes, encoding = "utf8") => decodeText(bytes, encoding),
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
