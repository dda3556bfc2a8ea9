import { jobScope } from "../../base/job-scope.js";
import { decode } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import { BytesInput } from "../streams/input.js";
import { OutputStream } from "../streams/output.js";
import { machine } from "../system/system.js";
import { sleep } from "../system/time.js";

/** Façades of `java.lang`. */

const properties = new Map<string, string>();

/** Properties of the system, as a Java program sees them. */
function builtinProperty(name: string): string | undefined {
  switch (name) {
    case "os.name":
      return machine().platform === "darwin" ? "Mac OS X" : machine().platform === "win32" ? "Windows" : "Linux";
    case "os.arch":
      return machine().arch === "x64" ? "amd64" : machine().arch === "arm64" ? "aarch64" : machine().arch;
    case "os.version":
      return machine().release;
    case "user.name":
      return machine().user;
    case "user.home":
      return world.host.process.env("HOME") ?? machine().home;
    case "user.dir":
      return world.host.process.cwd();
    case "user.timezone":
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    case "java.io.tmpdir":
      return machine().tempFolder;
    default:
      return fixed[name];
  }
}

const fixed: Record<string, string> = {
  "file.separator": "/",
  "path.separator": ":",
  "line.separator": "\n",
  "file.encoding": "UTF-8",
  "java.class.path": "",
  "java.version": "21",
  "java.vendor": "rojob",
  "java.specification.version": "21",
};

const names = ["os.name", "os.arch", "os.version", "user.name", "user.home", "user.dir", "java.io.tmpdir"];

export const System = {
  getProperty: (name: unknown, fallback: unknown = null) =>
    properties.get(String(name)) ?? builtinProperty(String(name)) ?? fallback,
  setProperty(name: unknown, value: unknown) {
    const before = System.getProperty(name);
    properties.set(String(name), String(value));
    return before;
  },
  clearProperty: (name: unknown) => properties.delete(String(name)),
  getProperties: () => {
    const all: Record<string, string | undefined> = { ...fixed };
    for (const name of names) all[name] = builtinProperty(name);
    return { ...all, ...Object.fromEntries(properties) };
  },
  currentTimeMillis: () => world.host.clock.nowMs(),
  nanoTime: () => world.host.clock.nowNano(),
  getenv: (name?: unknown) =>
    name === undefined ? jobScope.getEnvs() : (world.host.process.env(String(name)) ?? null),
  lineSeparator: () => "\n",
  exit: (code = 0) => jobScope.exit(code),
  gc: () => undefined,
  identityHashCode: () => 1,
  arraycopy(from: ArrayLike<number>, at: number, to: any, toAt: number, length: number) {
    for (let index = 0; index < length; index++) to[toAt + index] = from[at + index];
  },
  get in() {
    return new BytesInput(new Uint8Array(0));
  },
  get out() {
    return new PrintStream(1);
  },
  get err() {
    return new PrintStream(2);
  },
};

/** `System.out` and `System.err`. */
export class PrintStream extends OutputStream {
  static override readonly className = "java.io.PrintStream";

  constructor(private readonly stream: 1 | 2) {
    super();
  }

  override put(bytes: Uint8Array): void {
    world.host.output.write(this.stream, decode(bytes));
  }

  print(value: unknown): void {
    world.host.output.write(this.stream, String(value));
  }

  println(value: unknown = ""): void {
    world.host.output.write(this.stream, `${value}\n`);
  }
}

const runtime = {
  availableProcessors: () => machine().cores,
  totalMemory: () => machine().heapTotal,
  freeMemory: () => machine().heapTotal - machine().heapUsed,
  maxMemory: () => machine().heapMax,
  gc: () => undefined,
  exit: (code = 0) => jobScope.exit(code),
  halt: (code = 0) => jobScope.exit(code),
};

export const Runtime = { getRuntime: () => runtime };

const currentThread = {
  getName: () => "main",
  getId: () => 1,
  threadId: () => 1,
  interrupt: () => undefined,
  isInterrupted: () => false,
};

export const Thread = { sleep, currentThread: () => currentThread, yield: () => sleep(0) };

/** A number class: limits and conversions. */
function numberClass(name: string, min: number, max: number, isWhole: boolean) {
  const parse = (text: unknown, radix = 10): number => {
    const value = isWhole ? Number.parseInt(String(text), radix) : Number(text);
    const isRight = isWhole ? /^[-+]?[0-9a-z]+$/i.test(String(text)) : String(text).trim() !== "";
    if (Number.isNaN(value) || !isRight)
      throw new JavaException("java.lang.NumberFormatException", `For input string: "${text}"`);
    return value;
  };
  return Object.assign((value: unknown) => parse(value), {
    MIN_VALUE: min,
    MAX_VALUE: max,
    TYPE: name.toLowerCase(),
    [`parse${name === "Integer" ? "Int" : name}`]: parse,
    valueOf: parse,
    toString: (value: number, radix = 10) => Number(value).toString(radix),
    toHexString: (value: number) => unsigned(value).toString(16),
    toBinaryString: (value: number) => unsigned(value).toString(2),
    toOctalString: (value: number) => unsigned(value).toString(8),
    compare: (a: number, b: number) => Math.sign(a - b),
    bitCount: (value: number) => unsigned(value).toString(2).replaceAll("0", "").length,
  });
}

const unsigned = (value: number): number => (value < 0 ? value >>> 0 : value);

export const numbers = {
  Byte: numberClass("Byte", -128, 127, true),
  Short: numberClass("Short", -32768, 32767, true),
  Integer: numberClass("Integer", -2147483648, 2147483647, true),
  Long: numberClass("Long", -(2 ** 63), 2 ** 63, true),
  Float: numberClass("Float", 1.4e-45, 3.4028235e38, false),
  Double: numberClass("Double", 5e-324, Number.MAX_VALUE, false),
};
