import { describe, expect, it } from "vitest";
import { circles, type Import, imports, modules, textOf } from "./imports.js";

/**
 * The rooms of the program, from the lowest floor up, and the rooms that each may import. What is not named here is an arrow
 * that nobody has decided on: add it only when the room that is imported lies below.
 */
const ROOMS: Record<string, readonly string[]> = {
  runtime: [],
  base: ["runtime"],
  model: ["base", "runtime"],
  signing: ["base"],
  dispatch: ["base", "model"],
  store: ["base", "model"],
  supervisor: ["base"],
  workers: ["base", "model", "dispatch", "runtime"],
  config: ["base", "runtime"],
  catalog: ["base", "model", "config", "runtime"],
  client: ["base", "model", "signing"],
  queue: ["base", "model", "config", "store"],
  runs: ["base", "model", "config", "signing", "dispatch", "store", "queue"],
  cluster: ["base", "model", "config", "signing", "dispatch", "queue"],
  http: ["base", "model", "config", "signing", "catalog", "store", "runs", "cluster"],
  schedules: ["base", "model", "config", "catalog", "store"],
  check: ["base", "catalog", "workers", "runtime"],
  browse: ["config", "http"],
  node: [
    ...["base", "model", "config", "catalog", "dispatch", "store", "queue", "runs"],
    ...["workers", "cluster", "http", "schedules"],
  ],
  infra: ["config"],
  compose: ["infra"],
  swarm: ["infra"],
  synth: ["config", "infra", "compose", "swarm"],
  cli: ["base", "config", "runtime", "workers", "supervisor", "client", "check", "browse", "node", "infra", "synth"],
};

/** Of the runtime the node's side knows only the border between them, and the language that it checks and shows. */
const OF_THE_RUNTIME = [
  ...["base/host", "base/border", "base/crossings", "base/operations", "base/timeout-codes"],
  ...["ojob/model/shapes", "inspect/queries", "lib/text/yaml-schema"],
].map((name) => `service/runtime/${name}.ts`);

/**
 * The floors of the runtime, from the lowest up, and those that each may import: its ground, what is built of it alone, what
 * runs need of the world, the engine with the jobs it brings along, the names job code sees, and what puts them together.
 */
const FLOORS: Record<string, readonly string[]> = {
  base: [],
  "lib/text": ["base"],
  "lib/format": ["base", "lib/text"],
  "lib/data": ["base", "lib/text", "lib/format"],
  "lib/maps": ["base", "lib/format", "lib/data"],
  "lib/bytes": ["base", "lib/text"],
  "lib/query": ["base", "lib/text", "lib/format", "lib/data", "lib/maps", "lib/bytes"],
  "lib/streams": ["base"],
  "lib/archive": ["base"],
  "lib/locks": ["base"],
  "lib/system": ["base", "lib/data"],
  "lib/files": ["base", "lib/data", "lib/bytes", "lib/streams", "lib/archive", "lib/locks"],
  "lib/threads": ["base", "lib/locks"],
  "lib/process": ["base", "lib/text", "lib/data", "lib/streams", "lib/files"],
  "lib/net": ["base", "lib/system", "lib/process"],
  "lib/http": ["base", "lib/data", "lib/maps", "lib/streams", "lib/threads"],
  "lib/template": ["base", "lib/text", "lib/format", "lib/data", "lib/maps", "lib/query", "lib/files"],
  "lib/terminal": ["base", "lib/text", "lib/format", "lib/data", "lib/maps", "lib/bytes", "lib/query", "lib/template"],
  "lib/java": [
    ...["base"],
    ...["lib/text", "lib/format", "lib/data", "lib/maps", "lib/bytes", "lib/streams", "lib/archive", "lib/system"],
    ...["lib/files", "lib/net"],
  ],
  "lib/code": ["base", "lib/streams", "lib/system", "lib/files"],
  "features/promises": ["base", "lib/locks"],
  "features/sql": ["base", "lib/maps", "lib/query"],
  "features/secrets": ["base", "lib/data", "lib/maps", "lib/bytes", "lib/files"],
  "features/schedules": ["base", "lib/format", "lib/bytes", "lib/terminal"],
  "features/httpd": [
    ...["base"],
    ...["lib/data", "lib/maps", "lib/streams", "lib/http", "lib/template", "lib/terminal"],
    ...["features/promises"],
  ],
  "features/channels": [
    ...["base"],
    ...["lib/data", "lib/maps", "lib/bytes", "lib/query", "lib/locks", "lib/files", "lib/threads", "lib/http"],
    ...["lib/terminal"],
    ...["features/promises", "features/schedules", "features/httpd"],
  ],
  "features/metrics": ["base", "lib/system", "lib/threads", "lib/terminal", "features/channels"],
  "features/server": [
    ...["base"],
    ...["lib/text", "lib/data", "lib/maps", "lib/bytes", "lib/threads", "lib/http"],
    ...["features/schedules", "features/httpd", "features/channels", "features/metrics"],
  ],
  "features/plugins": [
    ...["base"],
    ...["lib/format", "lib/data", "lib/bytes", "lib/files", "lib/process", "lib/net", "lib/terminal"],
  ],
  "features/rojob": ["base", "lib/format", "lib/streams", "lib/system", "lib/files", "lib/http", "lib/code"],
  "features/mcp": ["base", "lib/data", "lib/maps", "lib/process", "lib/http"],
  "features/test": ["base", "lib/format", "lib/data", "lib/maps"],
  "ojob/model": ["base"],
  "ojob/args": ["base", "lib/maps", "ojob/model"],
  "ojob/builtins": [
    ...["base"],
    ...["lib/text", "lib/format", "lib/data", "lib/maps", "lib/bytes", "lib/query", "lib/files", "lib/template"],
    ...["lib/terminal"],
    ...["features/sql"],
    ...["ojob/model", "ojob/args"],
  ],
  "ojob/packs": [
    ...["base"],
    ...["lib/format", "lib/data", "lib/maps", "lib/bytes", "lib/files", "lib/net", "lib/http", "lib/template"],
    ...["lib/terminal"],
    ...["features/httpd", "features/metrics", "features/server"],
    ...["ojob/model", "ojob/builtins"],
  ],
  "ojob/state": ["base", "lib/template", "ojob/model", "ojob/args"],
  "ojob/code": ["base", "lib/code", "ojob/model", "ojob/state"],
  "ojob/langs": [
    ...["base"],
    ...["lib/data", "lib/maps", "lib/process", "lib/template"],
    ...["ojob/model", "ojob/args", "ojob/state", "ojob/code"],
  ],
  "ojob/load": [
    ...["base"],
    ...["lib/text", "lib/maps", "lib/system", "lib/process", "lib/code"],
    ...["ojob/model", "ojob/args", "ojob/builtins", "ojob/packs", "ojob/state", "ojob/code", "ojob/langs"],
  ],
  "ojob/jobs": ["base", "lib/threads", "ojob/model", "ojob/args", "ojob/state", "ojob/code", "ojob/load"],
  "ojob/settings": [
    ...["base"],
    ...["lib/format", "lib/maps", "lib/template", "lib/terminal"],
    ...["features/httpd", "features/metrics", "features/server"],
    ...["ojob/model", "ojob/args", "ojob/state", "ojob/langs"],
  ],
  "ojob/modes": ["base", "lib/maps", "ojob/model", "ojob/args", "ojob/state", "ojob/load", "ojob/jobs"],
  "ojob/run": [
    ...["base"],
    ...["lib/maps", "lib/threads", "lib/process"],
    ...["features/promises"],
    ...["ojob/model", "ojob/args", "ojob/packs", "ojob/state", "ojob/code", "ojob/langs", "ojob/load", "ojob/jobs"],
    ...["ojob/settings", "ojob/modes"],
  ],
  ojob: [
    ...["base"],
    ...["lib/maps"],
    ...["features/rojob"],
    ...["ojob/args", "ojob/state", "ojob/code", "ojob/langs", "ojob/load", "ojob/jobs", "ojob/settings"],
    ...["ojob/modes", "ojob/run"],
  ],
  scope: [
    ...["base"],
    ...["lib/text", "lib/format", "lib/data", "lib/maps", "lib/bytes", "lib/query", "lib/locks", "lib/system"],
    ...["lib/files", "lib/threads", "lib/process", "lib/net", "lib/http", "lib/template", "lib/terminal", "lib/java"],
    ...["lib/code"],
    ...["features/promises", "features/sql", "features/secrets", "features/httpd", "features/channels"],
    ...["features/metrics", "features/server", "features/plugins", "features/mcp", "features/test"],
    ...["ojob/args", "ojob/state", "ojob/load", "ojob/run"],
  ],
  inspect: ["base", "lib/code", "ojob/model", "ojob/packs", "ojob/code", "ojob/langs", "ojob/load"],
  boot: ["base", "ojob", "inspect"],
};

const all = imports();

describe("the structure of the program", () => {
  it("has no module outside of a room", () => {
    expect(modules().filter((module) => !Object.hasOwn(ROOMS, roomOf(module)))).toEqual([]);
  });

  it("has no import that the table of rooms does not name", () => {
    expect(differences(ROOMS, all, roomOf)).toEqual({ notNamed: [], notUsed: [] });
  });

  it("has no room that imports one above it", () => {
    expect(upwards(ROOMS)).toEqual([]);
  });

  it("knows of the runtime only what is made for both sides", () => {
    const known = all.filter(({ from, to }) => roomOf(to) === "runtime" && roomOf(from) !== "runtime");
    expect([...new Set(known.map(({ to }) => to))].filter((module) => !OF_THE_RUNTIME.includes(module))).toEqual([]);
  });

  it("has no modules that load each other", () => {
    expect(circles(all)).toEqual([]);
  });
});

describe("the structure of the runtime", () => {
  const inside = all.filter(({ from }) => roomOf(from) === "runtime");

  it("has no module outside of a floor", () => {
    const own = modules().filter((module) => roomOf(module) === "runtime");
    expect(own.filter((module) => !Object.hasOwn(FLOORS, floorOf(module)))).toEqual([]);
  });

  it("imports nothing from outside of it", () => {
    expect(inside.filter(({ to }) => roomOf(to) !== "runtime")).toEqual([]);
  });

  it("has no import that the table of floors does not name", () => {
    expect(differences(FLOORS, inside, floorOf)).toEqual({ notNamed: [], notUsed: [] });
  });

  it("has no floor that imports one above it", () => {
    expect(upwards(FLOORS)).toEqual([]);
  });

  it("has a scope of tables of names only", () => {
    const tables = modules().filter((module) => floorOf(module) === "scope");
    expect(tables.length).toBeGreaterThan(50);
    for (const table of tables) expect(linesBesideNames(textOf(table)), table).toEqual([]);
  });
});

describe("what the runtime looks up in the scope of the job", () => {
  it("is what the interface of that scope names", () => {
    const own = modules().filter((module) => roomOf(module) === "runtime" && !module.endsWith("runtime/install.ts"));
    expect(
      own.filter((module) => /\bglobals\s*\??\.\s*[\w$]|(?<!")\bglobalThis\b/.test(withoutComments(textOf(module)))),
    ).toEqual(["service/runtime/base/job-scope.ts", "service/runtime/base/world.ts"]);
  });
});

describe("what reads the imports", () => {
  const edge = (from: string, to: string, isType = false) => ({ from, to, isType, isLate: false });

  it("finds circles of values, and none of types", () => {
    expect(circles([edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("c", "d")])).toEqual([["a", "b", "c"]]);
    expect(circles([edge("a", "b"), edge("b", "a", true)])).toEqual([]);
  });

  it("finds what a table of names must not have", () => {
    const table = "export const scope = {\n  a,\n  b: lib.b,\n  get c() {\n    return d.e;\n  },\n";
    expect(linesBesideNames(`import { a } from "x";\n\n${table}};\n`)).toEqual([]);
    expect(linesBesideNames(`${table}  f: () => 1,\n};\n`)).toEqual(["  f: () => 1,"]);
    expect(linesBesideNames(`const a = 1;\n${table}};\n`)).toEqual(["const a = 1;"]);
  });

  it("finds all kinds of imports", () => {
    const start = all.filter(({ from }) => from === "service/cli/commands/start.ts");
    expect(start.some(({ isLate, to }) => isLate && to === "service/node/start-node.ts")).toBe(true);
    expect(all.filter(({ isType }) => isType).length).toBeGreaterThan(500);
    expect(all.length).toBeGreaterThan(3000);
  });
});

type Table = Record<string, readonly string[]>;

/** Arrows between rooms that a table does not name, and those it names that are not there. */
function differences(table: Table, edges: readonly Import[], placeOf: (module: string) => string) {
  const between = edges.map(({ from, to }) => [placeOf(from), placeOf(to)]).filter(([from, to]) => from !== to);
  const arrows = [...new Set(between.map(([from, to]) => `${from} → ${to}`))].sort();
  const named = Object.entries(table).flatMap(([from, below]) => below.map((to) => `${from} → ${to}`));
  return {
    notNamed: arrows.filter((arrow) => !named.includes(arrow)),
    notUsed: named.filter((arrow) => !arrows.includes(arrow)),
  };
}

/** Arrows of a table to a room that does not lie below. */
function upwards(table: Table): string[] {
  const order = Object.keys(table);
  return Object.entries(table).flatMap(([from, below]) =>
    below.filter((to) => order.indexOf(to) >= order.indexOf(from)).map((to) => `${from} → ${to}`),
  );
}

function roomOf(module: string): string {
  const [top = "", second = ""] = module.split("/");
  return top === "service" ? second : top;
}

/** The floor of a module of the runtime: `lib/json`, `ojob/run`, `scope`; `boot` for those that put it together. */
function floorOf(module: string): string {
  const [first = "", second = "", ...rest] = module.split("/").slice(2);
  if (second === "") return "boot";
  return ["lib", "features", "ojob"].includes(first) && rest.length > 0 ? `${first}/${second}` : first;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** Lines of a file of the scope that say more than which name is which value of another module. */
function linesBesideNames(text: string): string[] {
  const value = /(?:[\w$.]+|"[^"]*")/.source;
  const name = /(?:[\w$]+|"[\w$.]+")/.source;
  return text
    .replace(/^import [^;]*;$/gm, "")
    .replace(new RegExp(`^  get ${name}\\(\\) \\{\\n    return [\\w$.]+(?:\\(\\))?;\\n  \\},$`, "gm"), "")
    .replace(new RegExp(`^export const scope(?:: [\\w<>, ]+)? = \\{ (?:${name}(?:: ${value})?,? )+\\};$`, "m"), "")
    .replace(/^export const scope(?:: [\w<>, ]+)? = \{\n/m, "")
    .replace(/^\};$/m, "")
    .split("\n")
    .filter((line) => line !== "" && !new RegExp(`^  (?:\\.\\.\\.[\\w$]+|${name}(?:: ${value})?),$`).test(line));
}
