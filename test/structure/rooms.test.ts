import { describe, expect, it } from "vitest";
import { circles, imports, modules } from "./imports.js";

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
  ...["base/host", "base/border", "base/crossings", "ojob/model", "inspect/queries", "lib/text/yaml-schema"],
].map((name) => `service/runtime/${name}.ts`);

/** Rooms of the runtime whose modules still load each other in circles, and how many modules are in them. */
const CIRCLES_OF_THE_RUNTIME = 5;

const all = imports();
const between = all.map(({ from, to }) => [roomOf(from), roomOf(to)] as const).filter(([from, to]) => from !== to);

describe("the structure of the program", () => {
  it("has no module outside of a room", () => {
    expect(modules().filter((module) => !Object.hasOwn(ROOMS, roomOf(module)))).toEqual([]);
  });

  it("has no import that the table of rooms does not name", () => {
    const arrows = [...new Set(between.map(([from, to]) => `${from} → ${to}`))].sort();
    const named = Object.entries(ROOMS).flatMap(([from, below]) => below.map((to) => `${from} → ${to}`));
    expect(arrows.filter((arrow) => !named.includes(arrow))).toEqual([]);
    expect(named.filter((arrow) => !arrows.includes(arrow))).toEqual([]);
  });

  it("has no room that imports one above it", () => {
    const order = Object.keys(ROOMS);
    const up = Object.entries(ROOMS).flatMap(([from, below]) =>
      below.filter((to) => order.indexOf(to) >= order.indexOf(from)).map((to) => `${from} → ${to}`),
    );
    expect(up).toEqual([]);
  });

  it("knows of the runtime only what is made for both sides", () => {
    const known = all.filter(({ from, to }) => roomOf(to) === "runtime" && roomOf(from) !== "runtime");
    expect([...new Set(known.map(({ to }) => to))].filter((module) => !OF_THE_RUNTIME.includes(module))).toEqual([]);
  });

  it("has no modules that load each other, but for some of the runtime", () => {
    const found = circles(all);
    expect(found.filter((group) => group.some((module) => roomOf(module) !== "runtime"))).toEqual([]);
    expect(found.length).toBeLessThanOrEqual(CIRCLES_OF_THE_RUNTIME);
  });
});

describe("what reads the imports", () => {
  const edge = (from: string, to: string, isType = false) => ({ from, to, isType, isLate: false });

  it("finds circles of values, and none of types", () => {
    expect(circles([edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("c", "d")])).toEqual([["a", "b", "c"]]);
    expect(circles([edge("a", "b"), edge("b", "a", true)])).toEqual([]);
  });

  it("finds all kinds of imports", () => {
    const start = all.filter(({ from }) => from === "service/cli/commands/start.ts");
    expect(start.some(({ isLate, to }) => isLate && to === "service/node/start-node.ts")).toBe(true);
    expect(all.filter(({ isType }) => isType).length).toBeGreaterThan(500);
    expect(all.length).toBeGreaterThan(3000);
  });
});

function roomOf(module: string): string {
  const [top = "", second = ""] = module.split("/");
  return top === "service" ? second : top;
}
