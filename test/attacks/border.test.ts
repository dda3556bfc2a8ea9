import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import vm from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Gate } from "../../service/runtime/base/border.js";
import { crossings } from "../../service/runtime/base/crossings.js";
import type { Host } from "../../service/runtime/base/host.js";
import { createHost } from "../../service/workers/host/index.js";
import { HOSTILE_VALUES } from "./hostile-values.js";

/** Arguments of calls to functions of hostile values. */
interface Noted {
  where: string;
  given: unknown[];
}

/** A realm as job code has one, with hostile values in it. */
class JobRealm {
  readonly context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context);
  readonly noted = this.run("[]") as Noted[];
  readonly values = (this.run(HOSTILE_VALUES) as (noted: Noted[]) => [string, unknown][])(this.noted);
  private readonly ownRoot = this.run("Object.prototype") as object;

  run(source: string): unknown {
    return vm.runInContext(source, this.context);
  }

  /** Is it a primitive, or an object made in this realm? */
  owns(value: unknown): boolean {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return true;
    for (let at: object | null = value; at !== null; at = Reflect.getPrototypeOf(at))
      if (at === this.ownRoot) return true;
    return Reflect.getPrototypeOf(value) === null || this.values.some(([, hostile]) => hostile === value);
  }

  /** Calls with something of another realm among what they were given. */
  leaks(): string[] {
    return this.noted.filter(({ given }) => !given.every((value) => this.owns(value))).map(({ where }) => where);
  }
}

const operations = Object.entries(crossings).flatMap(([area, functions]) =>
  Object.entries(functions as Record<string, readonly string[]>).map(([name, kinds]) => ({
    label: `${area}.${name}`,
    area,
    name,
    kinds,
  })),
);
const withParameters = operations.filter(({ kinds }) => kinds.length > 0);
/** Something harmless of each kind, for the parameters that are not attacked. */
const harmless: Record<string, unknown> = { text: "x", number: 1, "flag?": false, call: () => undefined };

describe("the job's side of the border", () => {
  let script: string;
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [path.join(import.meta.dirname, "../../service/runtime/base/border.ts")],
      bundle: true,
      write: false,
      format: "iife",
      globalName: "border",
    });
    script = outputFiles[0]!.text;
  });

  test.each(withParameters)("$label passes on only primitives and views of bytes", ({ area, name, kinds }) => {
    const job = new JobRealm();
    const passed: unknown[][] = [];
    job.run(script);
    const gate: Gate = (_operation, ...values) => void passed.push(values);
    const host = (job.run("border.borderOf") as (gate: Gate) => Record<string, Record<string, Function>>)(gate);
    for (const at of kinds.keys())
      for (const [, value] of job.values) {
        const values = kinds.map((kind, index) =>
          index === at ? value : (harmless[kind] ?? job.run("new Uint8Array(2)")),
        );
        try {
          host[area]![name]!(...values);
        } catch (error) {
          expect(job.owns(error), "an error of the other realm came back").toBe(true);
        }
      }
    expect(passed.length).toBeGreaterThan(0);
    for (const values of passed)
      for (const [index, value] of values.entries()) {
        const isPrimitive = (typeof value !== "object" && typeof value !== "function") || value === null;
        const mayBeView = /bytes/.test(kinds[index] ?? "");
        const isOwnCall = kinds[index] === "call" && !job.values.some(([, hostile]) => hostile === value);
        expect(isPrimitive || (mayBeView && ArrayBuffer.isView(value)) || isOwnCall, `parameter ${index}`).toBe(true);
        expect(typeof value).not.toBe("symbol");
      }
    expect(job.leaks()).toEqual([]);
  });
});

describe("the worker's side of the border", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "rojob-border-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Not called with values that pass: they end the process, wait, or read from a terminal. */
  const unsafe = new Set(["process.exit", "process.readLine", "ops.poll", "bytes.random"]);

  test.each(withParameters)("$label calls no function of a value it is given", ({ label, area, name, kinds }) => {
    const job = new JobRealm();
    const control = createHost(job.context);
    control.open({
      cwd: folder,
      env: {},
      write: () => undefined,
      exit: () => {
        throw new Error("the process would end");
      },
    });
    const gate = control.gate;
    for (const at of kinds.keys())
      for (const [hostile, value] of job.values) {
        if (unsafe.has(`${area}.${name}`) && typeof value === "number") continue;
        // The functions are the real ones, and may change any file this user may: names stay in the folder of the test.
        if (typeof value === "string") expect(path.resolve(folder, value).startsWith(folder), hostile).toBe(true);
        const values = kinds.map((kind, index) =>
          index === at ? value : (harmless[kind] ?? job.run("new Uint8Array(2)")),
        );
        const isObject = (typeof value === "object" || typeof value === "function") && value !== null;
        try {
          gate(`${area}.${name}`, ...values);
          if (isObject && !/bytes|call/.test(kinds[at]!)) expect.unreachable(`${hostile} passed as ${kinds[at]}`);
        } catch (error) {
          if (/passed as/.test((error as Error).message)) throw error;
          // Errors of the job's own code are of its own realm.
          if (label !== "code.run") expect(job.owns(error), hostile).toBe(false);
        }
      }
    control.close();
    // A function that is to be called is: nothing else.
    expect(job.noted.filter(({ where }) => !(kinds.includes("call") && !where.includes(".")))).toEqual([]);
  });

  test("what passes is a copy of the bytes a view shows, of every kind of view and memory", () => {
    const job = new JobRealm();
    const control = createHost(job.context);
    const base64 = (source: string): string =>
      Buffer.from(control.gate("bytes.gunzip", control.gate("bytes.gzip", job.run(source))) as Uint8Array).toString(
        "hex",
      );
    expect(base64("new Uint8Array([1, 2, 3])")).toBe("010203");
    expect(base64("new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4)")).toBe("010203");
    expect(base64("new DataView(new Uint8Array([9, 1, 2, 9]).buffer, 1, 2)")).toBe("0102");
    expect(base64("new Uint16Array([258])")).toBe("0201");
    expect(base64("new Uint8Array(new SharedArrayBuffer(2))")).toBe("0000");
    expect(base64("Object.defineProperty(new Uint8Array([7]), 'length', { value: 9 })")).toBe("07");
    expect(base64("new Uint8Array(0)")).toBe("");
  });

  test("an operation that nobody knows is refused by name, whatever stands for the name", () => {
    const job = new JobRealm();
    const { gate } = createHost(job.context);
    for (const [, value] of job.values) expect(() => gate(value as string)).toThrow(/no such function/);
    for (const name of ["constructor", "__proto__", "files", "files.constructor", "files.__proto__"])
      expect(() => gate(name)).toThrow(/no such function/);
    expect(job.noted).toEqual([]);
  });
});

test("every function of the host is one that the border knows", () => {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context);
  const names: string[] = [];
  const { gate } = createHost(context);
  for (const { area, name } of operations) {
    names.push(`${area}.${name}`);
    // Too few values: refused for the value, not for the name.
    if (crossings[area as keyof Host][name as never] !== undefined)
      try {
        gate(`${area}.${name}`, Symbol("no value"));
      } catch (error) {
        expect((error as Error).message).not.toMatch(/no such function/);
      }
  }
  expect(new Set(names).size).toBe(operations.length);
});
