import { decode, encode, toHost, toJava } from "../../base/values/bytes.js";
import { JavaObject } from "../../base/values/object.js";
import { $f } from "../format/printf.js";

/** `java.lang.String`, for code that wants its methods; `String(value)` gives the text. */
export class JavaString extends JavaObject {
  static override readonly className = "java.lang.String";
  private readonly text: string;

  /** @param value a text, bytes (in `encoding`), or characters with offset and count */
  constructor(value: unknown = "", encoding?: unknown, count?: number) {
    super();
    if (value instanceof Int8Array || value instanceof Uint8Array)
      this.text = decode(toHost(value), encoding === undefined ? undefined : String(encoding));
    else if (Array.isArray(value))
      this.text = value.join("").slice(Number(encoding ?? 0), count && Number(encoding ?? 0) + count);
    else this.text = String(value);
  }

  static override valueOf = (value: unknown): string => (Array.isArray(value) ? value.join("") : String(value));
  static format = (...args: unknown[]): string => $f(...(args as [unknown]));
  static join = (separator: string, ...parts: unknown[]): string => parts.flat().join(separator);

  getBytes(encoding?: unknown): Int8Array {
    return toJava(encode(this.text, encoding === undefined ? undefined : String(encoding)));
  }

  toCharArray = (): string[] => this.text.split("");
  length = (): number => this.text.length;
  charAt = (at: number): string => this.text.charAt(at);
  indexOf = (part: unknown, from?: number): number => this.text.indexOf(String(part), from);
  lastIndexOf = (part: unknown): number => this.text.lastIndexOf(String(part));
  substring = (from: number, to?: number): string => this.text.substring(from, to);
  contains = (part: unknown): boolean => this.text.includes(String(part));
  startsWith = (part: unknown): boolean => this.text.startsWith(String(part));
  endsWith = (part: unknown): boolean => this.text.endsWith(String(part));
  equalsIgnoreCase = (other: unknown): boolean => this.text.toLowerCase() === String(other).toLowerCase();
  isEmpty = (): boolean => this.text === "";
  trim = (): string => this.text.trim();
  toLowerCase = (): string => this.text.toLowerCase();
  toUpperCase = (): string => this.text.toUpperCase();
  replaceAll = (pattern: string, by: string): string => this.text.replace(new RegExp(pattern, "g"), by);
  replace = (part: unknown, by: unknown): string => this.text.replaceAll(String(part), () => String(by));
  matches = (pattern: string): boolean => new RegExp(`^(?:${pattern})$`).test(this.text);
  split = (pattern: string, limit?: number): string[] => this.text.split(new RegExp(pattern), limit);
  concat = (other: unknown): string => this.text + String(other);
  compareTo = (other: unknown): number => (this.text < String(other) ? -1 : this.text > String(other) ? 1 : 0);

  override equals(other: unknown): boolean {
    return this.text === String(other);
  }

  override toString(): string {
    return this.text;
  }
}

/** `StringBuilder` and `StringBuffer`. */
export class StringBuilder extends JavaObject {
  static override readonly className = "java.lang.StringBuilder";
  private text: string;

  constructor(start: unknown = "") {
    super();
    this.text = typeof start === "number" ? "" : String(start);
  }

  append(value: unknown): this {
    this.text += String(value);
    return this;
  }

  insert(at: number, value: unknown): this {
    this.text = this.text.slice(0, at) + String(value) + this.text.slice(at);
    return this;
  }

  reverse(): this {
    this.text = [...this.text].reverse().join("");
    return this;
  }

  deleteCharAt(at: number): this {
    this.text = this.text.slice(0, at) + this.text.slice(at + 1);
    return this;
  }

  setLength(length: number): void {
    this.text = this.text.slice(0, length);
  }

  length = (): number => this.text.length;
  charAt = (at: number): string => this.text.charAt(at);
  indexOf = (part: unknown): number => this.text.indexOf(String(part));

  override toString(): string {
    return this.text;
  }
}
