import { decode, encode, toHost, toJava } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { JavaObject } from "../../base/values/object.js";
import { world } from "../../base/world.js";
import { fromDate, toDate } from "../format/dates.js";
import { sleep } from "../system/time.js";

/** Façades of `java.util`, `java.text` and `java.security`. */

/** `java.util.Date`: a JavaScript date with Java's additional names. */
export class JavaDate extends Date {
  after = (other: Date): boolean => this.getTime() > other.getTime();
  before = (other: Date): boolean => this.getTime() < other.getTime();
  toInstant = (): Date => this;
}

/** `java.util.Random`: the generator its documentation prescribes, so that a seed gives the same numbers as in Java. */
export class Random extends JavaObject {
  static override readonly className: string = "java.util.Random";
  private seed = 0n;
  private spare: number | undefined;

  constructor(seed?: number) {
    super();
    this.setSeed(seed ?? Number(`0x${decode(world.host.bytes.random(6), "hex")}`));
  }

  setSeed(seed: number): void {
    this.seed = (BigInt(Math.trunc(seed)) ^ 0x5deece66dn) & ((1n << 48n) - 1n);
    this.spare = undefined;
  }

  /** The next `bits` (at most 32) as a signed number. */
  protected next(bits: number): number {
    this.seed = (this.seed * 0x5deece66dn + 0xbn) & ((1n << 48n) - 1n);
    return Number(BigInt.asIntN(32, this.seed >> BigInt(48 - bits)));
  }

  /** Below `bound`, or from `bound` up to below `end`. */
  nextInt(bound?: number, end?: number): number {
    if (bound === undefined) return this.next(32);
    if (end !== undefined) return bound + this.nextInt(end - bound);
    if (!(bound > 0)) throw new JavaException("java.lang.IllegalArgumentException", "bound must be positive");
    if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(this.next(31))) >> 31n);
    for (;;) {
      const bits = this.next(31);
      const value = bits % bound;
      if (bits - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  nextLong(): number {
    return Number(BigInt.asIntN(64, (BigInt(this.next(32)) << 32n) + BigInt(this.next(32))));
  }

  nextBoolean = (): boolean => this.next(1) !== 0;
  nextDouble = (): number => (this.next(26) * 2 ** 27 + this.next(27)) / 2 ** 53;
  nextFloat = (): number => this.next(24) / 2 ** 24;

  /** Normally distributed, by the polar method. */
  nextGaussian(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    for (;;) {
      const a = 2 * this.nextDouble() - 1;
      const b = 2 * this.nextDouble() - 1;
      const square = a * a + b * b;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = b * factor;
      return a * factor;
    }
  }

  nextBytes(target: Int8Array): void {
    for (let at = 0; at < target.length; ) {
      let number = this.next(32);
      for (let count = Math.min(4, target.length - at); count-- > 0; number >>= 8) target[at++] = number;
    }
  }
}

/** `java.security.SecureRandom`. */
export class SecureRandom extends Random {
  static override readonly className = "java.security.SecureRandom";

  protected override next(bits: number): number {
    const bytes = world.host.bytes.random(4);
    const number = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0);
    return bits === 32 ? number : number >>> (32 - bits);
  }

  override nextBytes(target: Int8Array): void {
    target.set(toJava(world.host.bytes.random(target.length)));
  }

  generateSeed = (length: number): Int8Array => toJava(world.host.bytes.random(length));
}

/** `java.security.MessageDigest`. */
export class MessageDigest extends JavaObject {
  static override readonly className = "java.security.MessageDigest";
  private chunks: Uint8Array[] = [];

  private constructor(private readonly algorithm: string) {
    super();
  }

  static getInstance(name: unknown): MessageDigest {
    const algorithm = String(name).toLowerCase().replace(/^sha-/, "sha");
    if (!/^(?:md5|sha1|sha224|sha256|sha384|sha512|sha)$/.test(algorithm))
      throw new JavaException("java.security.NoSuchAlgorithmException", `${name} MessageDigest not available`);
    return new MessageDigest(algorithm === "sha" ? "sha1" : algorithm);
  }

  update(bytes: unknown): void {
    this.chunks.push(toHost(bytes).slice());
  }

  digest(bytes?: unknown): Int8Array {
    if (bytes !== undefined) this.update(bytes);
    const whole = new Uint8Array(this.chunks.flatMap((chunk) => [...chunk]));
    this.chunks = [];
    return toJava(world.host.bytes.digest(this.algorithm, whole));
  }

  reset(): void {
    this.chunks = [];
  }
}

const encoder = (wrap: (text: string) => string) => ({
  encode: (bytes: unknown) => toJava(encode(wrap(decode(toHost(bytes), "base64")))),
  encodeToString: (bytes: unknown) => wrap(decode(toHost(bytes), "base64")),
});

const decoder = {
  decode: (text: unknown) => toJava(encode(ArrayBuffer.isView(text) ? decode(toHost(text)) : String(text), "base64")),
};

/** `java.util.Base64`. */
export const Base64 = {
  getEncoder: () => encoder((text) => text),
  /** Lines of 76 characters. */
  getMimeEncoder: () => encoder((text) => text.replace(/.{76}(?!$)/g, "$&\r\n")),
  getUrlEncoder: () => encoder((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  getDecoder: () => decoder,
  getMimeDecoder: () => decoder,
  getUrlDecoder: () => decoder,
};

/** `java.util.UUID`. */
export const UUID = { randomUUID: () => world.host.bytes.uuid(), fromString: (text: unknown) => String(text) };

/** `java.util.TimeZone`: named by its id wherever one is asked for. */
export const TimeZone = {
  getTimeZone: (id: unknown) => String(id),
  getDefault: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** `java.text.SimpleDateFormat`. */
export class SimpleDateFormat extends JavaObject {
  static override readonly className = "java.text.SimpleDateFormat";
  private zone: string | undefined;

  constructor(private readonly pattern: string) {
    super();
  }

  setTimeZone(zone: unknown): void {
    this.zone = String(zone);
  }

  setLenient(_flag: boolean): void {}

  format = (date: Date | number): string => fromDate(new Date(Number(date)), this.pattern, this.zone);
  parse = (text: unknown): Date => new JavaDate(toDate(String(text), this.pattern, this.zone).getTime());
}

const unit = (ms: number) => ({
  sleep: (count: number) => sleep(count * ms),
  toMillis: (count: number) => count * ms,
  toSeconds: (count: number) => Math.trunc((count * ms) / 1000),
});

/** `java.util.concurrent.TimeUnit`. */
export const TimeUnit = {
  NANOSECONDS: unit(1e-6),
  MICROSECONDS: unit(1e-3),
  MILLISECONDS: unit(1),
  SECONDS: unit(1000),
  MINUTES: unit(60_000),
  HOURS: unit(3_600_000),
  DAYS: unit(86_400_000),
};

/** `java.util.Locale`, as far as a name goes. */
export class Locale extends JavaObject {
  static override readonly className = "java.util.Locale";
  constructor(private readonly tag = "en-US") {
    super();
  }
  static getDefault = (): Locale => new Locale();
  static forLanguageTag = (tag: unknown): Locale => new Locale(String(tag));
  toLanguageTag = (): string => this.tag;
  getLanguage = (): string => this.tag.split("-")[0]!;
  getCountry = (): string => this.tag.split("-")[1] ?? "";
  override toString = (): string => this.tag.replace("-", "_");
}
