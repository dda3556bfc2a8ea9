/** Converts texts to bytes and back, in the encodings of Java programs. */

/** @throws Error of code `EENCODING` for an unknown name */
export function encodeText(text: string, name: string): Buffer {
  const encoding = plain(name);
  switch (encoding) {
    case "utf8":
      return Buffer.from(text, "utf8");
    case "utf16le":
      return Buffer.from(text, "utf16le");
    case "utf16be":
      return Buffer.from(text, "utf16le").swap16();
    case "utf16":
      return Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(text, "utf16le").swap16()]);
    case "hex":
    case "base64":
    case "base64url":
    case "binary":
      return Buffer.from(text, encoding);
    default:
      return encodeSingleBytes(text, encoding, name);
  }
}

/** Broken sequences become U+FFFD; a byte order mark stays. */
export function decodeText(bytes: Uint8Array, name: string): string {
  const encoding = plain(name);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (encoding) {
    case "hex":
    case "base64":
    case "base64url":
    case "binary":
      return buffer.toString(encoding);
    case "iso88591":
      return buffer.toString("latin1");
    case "usascii":
      return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : "\ufffd")).join("");
    case "windows1252":
      return buffer.toString("latin1").replace(/[\u0080-\u009f]/g, (char) => windows1252[char.charCodeAt(0) - 0x80]!);
    case "utf16":
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoder("utf-16le", name).decode(bytes.subarray(2));
      return decoder("utf-16be", name).decode(bytes[0] === 0xfe && bytes[1] === 0xff ? bytes.subarray(2) : bytes);
    default:
      return decoder(labels[encoding] ?? name, name).decode(bytes);
  }
}

/** 0x80 to 0x9f of windows-1252, which TextDecoder of Node 20 takes for latin1. */
const windows1252 = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ";

const labels: Record<string, string> = { utf8: "utf-8", utf16le: "utf-16le", utf16be: "utf-16be" };

function plain(name: string): string {
  const short = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return aliases[short] ?? short;
}

const aliases: Record<string, string> = { latin1: "iso88591", ascii: "usascii", cp1252: "windows1252" };

function decoder(label: string, name: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label, { ignoreBOM: true });
  } catch (error) {
    throw Object.assign(new Error(`unknown encoding "${name}"`, { cause: error }), { code: "EENCODING" });
  }
}

/** Character → byte, for single-byte encodings. Characters they lack become `?`, as in Java. */
function encodeSingleBytes(text: string, encoding: string, name: string): Buffer {
  const known = new Map<string, number>();
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const chars = decodeText(all, encoding === "iso88591" || encoding === "usascii" ? encoding : name);
  if (chars.length !== 256) throw Object.assign(new Error(`cannot write encoding "${name}"`), { code: "EENCODING" });
  for (let byte = 0; byte < 256; byte++) if (chars[byte] !== "\ufffd") known.set(chars[byte]!, byte);
  return Buffer.from(Array.from(text, (char) => known.get(char) ?? 0x3f));
}
