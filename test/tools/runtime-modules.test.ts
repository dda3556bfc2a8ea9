import vm from "node:vm";
import { describe, expect, it } from "vitest";

interface RuntimeModules {
  lazyCjs(source: string, file: string): string;
  lightWrappers(text: string): string;
}
const { lazyCjs, lightWrappers } = (await import(
  new URL("../../tools/runtime-modules.mjs", import.meta.url).href
)) as RuntimeModules;

/** Evaluates a module. @returns its exports, and what was loaded until then, which grows when more is loaded */
function evaluate(source: string, others: Record<string, object> = {}): { exports: any; loaded: string[] } {
  const loaded: string[] = [];
  const require = (name: string): object => {
    loaded.push(name);
    return others[name]!;
  };
  const module = { exports: {} as any };
  const code = lazyCjs(source, "module.ts");
  vm.runInNewContext(`(function (exports, module, require) {${code}\n})`)(module.exports, module, require);
  return { exports: module.exports, loaded };
}

describe("a module of the runtime", () => {
  it("loads what it imports at its first use, once", () => {
    const { exports, loaded } = evaluate(
      `import { a } from "./a.js"; import { b } from "./b.js"; export const f = (): number => a() + a(); export const g = () => b();`,
      { "./a.js": { a: () => 1 }, "./b.js": { b: () => 2 } },
    );
    expect(loaded).toEqual([]);
    expect([exports.f(), exports.f()]).toEqual([2, 2]);
    expect(loaded).toEqual(["./a.js"]);
  });

  it("leaves texts, comments and names of members alone that look like an import", () => {
    const { exports } = evaluate(
      `import { a } from "./a.js"; export const text = "import_a.x" + \`import_a.\${a()}\`; export const o = { import_a: 1 }; // import_a.a
       export const member = o.import_a;`,
      { "./a.js": { a: () => "A" } },
    );
    expect({ ...exports }).toEqual({ text: "import_a.ximport_a.A", o: { import_a: 1 }, member: 1 });
  });

  it("passes on what others export, and namespaces", () => {
    const { exports, loaded } = evaluate(
      `export { a, b as "b-c" } from "./a.js"; import * as all from "./a.js"; export const names = () => Object.keys(all).filter((name) => name !== "default");`,
      { "./a.js": { a: 1, b: 2 } },
    );
    expect(loaded).toEqual([]);
    expect([exports.a, exports["b-c"], exports.names()]).toEqual([1, 2, ["a", "b"]]);
  });

  it("exports functions before it is evaluated, and variables that change as they are", () => {
    const { exports } = evaluate(
      `export let count = 0; export function raise() { count++; } export function* each() { yield 1; } export async function later() {} export class Kind {} export const early = () => raise();`,
    );
    exports.early();
    expect([exports.count, Object.keys(exports).slice(0, 4)]).toEqual([1, ["count", "each", "later", "raise"].sort()]);
    expect([...exports.each()]).toEqual([1]);
    expect(Object.getPrototypeOf(exports)).toBeNull();
  });

  it("is refused when it exports everything of another", () => {
    expect(() => lazyCjs(`export * from "./a.js";`, "x.ts")).toThrow("x.ts: `export *` is not supported");
  });
});

describe("a bundle of the runtime", () => {
  const bundle = (modules: string): string =>
    `"use strict";\nvar made = (() => {\n${modules}\n  return require_a();\n})();\n`;
  const module = (path: string, body: string): string =>
    `  var require_a = __commonJS({\n    ${JSON.stringify(path)}(exports, module) {\n${body}\n    }\n  });`;

  it.each(["runtime:a.ts", "node_modules/a/index.js"])("evaluates a module once, when it is asked for: %s", (path) => {
    const context = vm.createContext({ count: 0 });
    const text = lightWrappers(bundle(`${module(path, "count++; exports.a = () => count;")}\n  require_a();`));
    expect(text).not.toContain("__commonJS");
    expect(vm.runInContext(`${text}made.a()`, context)).toBe(1);
  });

  it.each([
    ["another form of a bundle", "var x = 1;"],
    ["no module", bundle("  var require_a = () => 1;")],
    ["two modules in one", bundle(`  var require_a = __commonJS({ "a"(exports) {}, "b"(exports) {} });`)],
    ["a module that is no method", bundle(`  var require_a = __commonJS({ "a": (exports) => {} });`)],
  ])("is refused in a form that is not known: %s", (_name, text) => {
    expect(() => lightWrappers(text)).toThrow(/form|without modules/);
  });
});
