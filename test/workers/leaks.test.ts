import { writeFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { RunReply } from "../../service/model/run.js";
import { ATTACKS, type Attack, wayOut } from "./attacks.js";
import { errorsOf, resultOf, startPool, type TestPool } from "./pool-helper.js";

/**
 * A leak may show only in an environment prepared before the attack, or only in one prepared after it: there are more
 * probes than spares.
 */
const PROBES = 4;

const retiredOf = (node: TestPool): number =>
  Object.values(node.pool.load().retired).reduce((sum, count) => sum + count, 0);

/** Statements that put what probes find into the map `looked`. */
const lookFor = (attacks: Attack[]): string =>
  attacks.map(({ name, probe }) => `looked[${JSON.stringify(name)}] = { found: ${probe} }`).join(";\n");

/** The probes of these attacks have looked, and found nothing. */
function expectNothing(looked: Record<string, { found?: unknown }>, attacks: Attack[], errors: string): void {
  expect(Object.keys(looked ?? {}), errors).toEqual(attacks.map(({ name }) => name));
  for (const [name, { found }] of Object.entries(looked))
    expect(Array.isArray(found) && found.length === 0 ? undefined : found || undefined, name).toBeUndefined();
}

function expectNoWayOut(attack: RunReply, name: string): void {
  expect(attack.endedBy, `${name}: ${errorsOf(attack)}`).toBeUndefined();
  expect(attack.result, `${name} got out of its environment`).not.toContain("escaped");
}

test("what searches for ways out finds one where there is one", () => {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context);
  const search = (plant: (global: any) => void): unknown => {
    const global = vm.runInContext("globalThis", context);
    global.__pm = {};
    plant(global);
    vm.runInContext(wayOut("globalThis.planted"), context);
    return vm.runInContext("__pm.escaped", context);
  };
  expect(
    search((global) => (global.planted = vm.runInContext("({ a: [() => new Error()] })", context))),
  ).toBeUndefined();
  expect(search((global) => (global.planted = { a: 1 }))).toBe("it");
  expect(search((global) => (global.planted = vm.runInContext("({ a: [] })", context)).a.push(() => 1))).toBe("it.a.0");
  expect(search((global) => ((global.planted = vm.runInContext("[() => 1]", context))[0].x = new Error("x")))).toBe(
    "it.0.x",
  );
});

describe("ISOLATION=context: a run never sees anything of another", () => {
  let node: TestPool;
  beforeAll(async () => {
    node = await startPool({ spares: 2 });
    writeFileSync(path.join(node.folder, "here"), "0123456789");
  });
  afterAll(() => node.close());
  const inFolder = (code: string): string => code.replaceAll("FOLDER", node.folder);

  async function look(attack: Attack): Promise<RunReply> {
    const reply = await node.run(inFolder(`var looked = __pm.looked = {};\n${lookFor([attack])}`));
    expectNothing(resultOf(reply).looked, [attack], errorsOf(reply));
    return reply;
  }

  test.each(ATTACKS)("$name", async (attack) => {
    const { name, plant, retires } = attack;
    const retiredBefore = retiredOf(node);
    // A worker that serves no run after the attack has nothing that could show the second time.
    for (let round = 0; round < (retires ? 1 : 2); round++) {
      expectNoWayOut(await node.run(inFolder(plant)), name);
      const probes = new Set<string>();
      for (let at = 0; at < PROBES; at++) {
        const reply = await look(attack);
        probes.add(reply.uuid);
        expect(errorsOf(reply)).toBe("");
      }
      const said = node.output.filter(({ uuid, line }) => probes.has(uuid) && /leaked/.test(line));
      expect(said).toEqual([]);
    }
    if (retires) expect(retiredOf(node)).toBeGreaterThan(retiredBefore);
  });

  test("all attacks together, then the probes", async () => {
    const retiredBefore = retiredOf(node);
    // The others add nothing to the worker that serves the probes.
    for (const { plant, retires } of ATTACKS) if (!retires) await node.run(inFolder(plant));
    expect(retiredOf(node), "one worker has served all attacks").toBe(retiredBefore);
    for (const attack of ATTACKS) await look(attack);
  });
});

test("ISOLATION=process: a run never sees anything of another", async () => {
  // One process is ahead: the run after an attack has one from before it, the second run after it one started since.
  const node = await startPool({ isolation: "process", spares: 1 });
  onTestFinished(() => node.close());
  writeFileSync(path.join(node.folder, "here"), "0123456789");

  /** One run, hence one process, that looks for what was planted before and then plants something itself. */
  async function run(before: Attack[], plant = ""): Promise<RunReply> {
    const code = `var looked = {};\n${lookFor(before)};\nprint("looked: " + JSON.stringify(looked));\n${plant}`;
    const reply = await node.run(code.replaceAll("FOLDER", node.folder));
    const lines = node.output.filter(({ uuid }) => uuid === reply.uuid).map(({ line }) => line);
    const at = lines.findIndex((line) => line.startsWith("looked: "));
    expect(at, errorsOf(reply)).not.toBe(-1);
    expectNothing(JSON.parse(lines[at]!.slice("looked: ".length)), before, errorsOf(reply));
    expect(lines.slice(0, at).filter((line) => /leaked/.test(line))).toEqual([]);
    return reply;
  }

  for (const [at, { name, plant }] of ATTACKS.entries())
    expectNoWayOut(await run(ATTACKS.slice(Math.max(0, at - 2), at), plant), name);
  for (let time = 0; time < 2; time++) expect(errorsOf(await run(ATTACKS))).toBe("");
});
