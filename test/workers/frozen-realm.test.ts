import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";

const module = process.env["ROJOB_BUILD"]
  ? path.join(process.env["ROJOB_BUILD"], "service", "workers", "frozen-realm.js")
  : path.join(import.meta.dirname, "../../service/workers/frozen-realm.ts");

/** Runs code in a process whose realm was frozen; `say(value)` gives a value back. */
function inFrozenProcess(code: string, flags: string[] = []): unknown {
  const program = `
    const { freezeRealm } = await import(${JSON.stringify(module)});
    freezeRealm();
    let said;
    const say = (value) => { said = value };
    ${code}
    process.stdout.write(JSON.stringify(said ?? null));`;
  const loader = module.endsWith(".ts") ? ["--import", "tsx"] : [];
  const args = ["--no-warnings", ...flags, ...loader, "--input-type=module", "-e", program];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

/** Lists what can still be changed among all that the language's own objects lead to. */
const CHANGEABLE = `
  const roots = { JSON, Math, Reflect, Atomics, Intl, Proxy, Buffer, URL, TextDecoder };
  for (const name of Object.getOwnPropertyNames(globalThis))
    if (typeof globalThis[name] === "function") roots[name] = globalThis[name];
  const above = Object.getPrototypeOf;
  Object.assign(roots, {
    generator: above(function* () {}), asyncGenerator: above(async function* () {}), async: above(async () => {}),
    array: above([].values()), map: above(new Map().values()), set: above(new Set().values()),
    text: above(""[Symbol.iterator]()), matches: above("".matchAll(/a/g)), views: above(Uint8Array),
    segments: above(new Intl.Segmenter().segment("a")),
    segment: above(new Intl.Segmenter().segment("a")[Symbol.iterator]()),
  });
  if (globalThis.Iterator) {
    const wrapped = Iterator.from({ next: () => ({ done: true }) });
    Object.assign(roots, { wrapped: above(wrapped), helper: above(wrapped.map(() => 1)) });
  }
  const seen = new Set(), found = [];
  const look = (object, path) => {
    if (object === null || !/object|function/.test(typeof object) || seen.has(object)) return;
    if (object === process || object === globalThis || object === console || object === performance) return;
    if (ArrayBuffer.isView(object)) return;
    seen.add(object);
    if (Object.isExtensible(object)) found.push(path + " can be extended");
    for (const key of Reflect.ownKeys(object)) {
      const at = path + "." + String(key), property = Object.getOwnPropertyDescriptor(object, key);
      if (property.configurable || property.writable) found.push(at);
      look(property.value, at); look(property.get, at + "<get>"); look(property.set, at + "<set>");
    }
    look(above(object), path + ".__proto__");
  };
  for (const [name, object] of Object.entries(roots)) look(object, name);`;

test("nothing that the objects of the language lead to can be changed", () => {
  expect(inFrozenProcess(`${CHANGEABLE} say({ found, isWide: seen.size > 600 });`)).toEqual({
    found: [],
    isWide: true,
  });
});

test("the global object takes nothing new, loses nothing, and holds no global that is made at first use", () => {
  expect(
    inFrozenProcess(`
      const fails = (change) => { try { change(); return false } catch { return true } };
      const properties = Object.values(Object.getOwnPropertyDescriptors(globalThis));
      say([
        fails(() => { globalThis.leaked = 1 }), fails(() => { globalThis.Array = 1 }), fails(() => { delete globalThis.Map }),
        fails(() => Object.defineProperty(globalThis, Symbol.for("undici.globalDispatcher.1"), { value: 1 })),
        properties.some((property) => property.get || property.configurable || property.writable),
        typeof fetch, typeof WebSocket, typeof localStorage,
      ]);`),
  ).toEqual([true, true, true, true, false, "undefined", "undefined", "undefined"]);
});

test("code of the worker goes on as before: errors with names of their own, classes, promises, modules", () => {
  expect(
    inFrozenProcess(`
      class Trouble extends Error { constructor(text) { super(text); this.name = "Trouble" } }
      function Old() { this.toString = () => "old" }
      function OldError() { this.name = "OldError"; this.message = "m"; this.constructor = OldError }
      OldError.prototype = Object.create(Error.prototype);
      const { default: yaml } = await import(${JSON.stringify(path.join(import.meta.dirname, "../../node_modules/js-yaml/index.js"))});
      const { createHash } = await import("node:crypto");
      let broken = ""; try { yaml.load("a: [") } catch (error) { broken = error.name }
      let missing = ""; try { (await import("node:fs")).readFileSync("/none/such") } catch (error) { missing = error.code }
      let deep = ""; try { (function down() { down() })() } catch (error) { deep = error.name }
      say([
        new Trouble("x") + "", new Old() + "", new OldError() + "", yaml.load("a: [1]").a[0], broken, missing, deep,
        createHash("sha256").update("a").digest("hex").length, await Promise.all([1, Promise.resolve(2)]),
        [...new Map([[1, 2]])].length, "a-b".replace(/-/g, "+"), structuredClone({ a: new Date(0) }).a.getTime(),
      ]);`),
  ).toEqual(["Trouble: x", "old", "OldError: m", 1, "YAMLException", "ENOENT", "RangeError", 64, [1, 2], 1, "a+b", 0]);
});

test("an inherited name may be set on an object below, and changes nothing above", () => {
  expect(
    inFrozenProcess(`
      const own = {}; own.toString = () => "own"; own.constructor = 1;
      let refused = ""; try { Object.prototype.toString = 1 } catch (error) { refused = error.name }
      say([String(own), own.constructor, String({}), refused, Object.keys(own), JSON.stringify({ a: 1 })]);`),
  ).toEqual(["own", 1, "[object Object]", "TypeError", ["toString", "constructor"], '{"a":1}']);
});
