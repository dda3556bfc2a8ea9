import { writeFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTACKS, wayOut } from "./attacks.js";
import { errorsOf, resultOf, startPool, type TestPool } from "./pool-helper.js";

/**
 * A leak may show only in an environment prepared before the attack, or only in one prepared after it: there are more
 * probes than spares. A process that serves one run needs no repetition.
 */
const TIMES = { context: { rounds: 2, probes: 4 }, process: { rounds: 1, probes: 2 } };

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

describe.each(["context", "process"] as const)("ISOLATION=%s: a run never sees anything of another", (isolation) => {
  let node: TestPool;
  beforeAll(async () => {
    node = await startPool({ isolation, spares: 2 });
    writeFileSync(path.join(node.folder, "here"), "0123456789");
  });
  afterAll(() => node.close());

  test.each(ATTACKS)("$name", async ({ plant, probe, retires }) => {
    const inFolder = (code: string): string => code.replaceAll("FOLDER", node.folder);
    const retiredBefore = Object.values(node.pool.load().retired).reduce((sum, count) => sum + count, 0);
    for (let round = 0; round < TIMES[isolation].rounds; round++) {
      const attack = await node.run(inFolder(plant));
      expect(attack.endedBy, errorsOf(attack)).toBeUndefined();
      expect(attack.result, "the attack got out of its environment").not.toContain("escaped");
      const probes = new Set<string>();
      for (let at = 0; at < TIMES[isolation].probes; at++) {
        const reply = await node.run(inFolder(`var found = ${probe}; __pm.found = found`));
        probes.add(reply.uuid);
        expect(errorsOf(reply)).toBe("");
        const { found } = resultOf(reply);
        if (Array.isArray(found)) expect(found).toEqual([]);
        else expect(found || undefined).toBeUndefined();
      }
      const said = node.output.filter(({ uuid, line }) => probes.has(uuid) && /leaked/.test(line));
      expect(said).toEqual([]);
    }
    const retired = Object.values(node.pool.load().retired).reduce((sum, count) => sum + count, 0);
    if (retires && isolation === "context") expect(retired).toBeGreaterThan(retiredBefore);
  });

  // A process that serves one run has nothing in which attacks could add up.
  test.runIf(isolation === "context")("all attacks together, then the probes", async () => {
    for (const { plant } of ATTACKS) await node.run(plant.replaceAll("FOLDER", node.folder));
    for (const { name, probe } of ATTACKS) {
      const reply = await node.run(`__pm.found = ${probe.replaceAll("FOLDER", node.folder)}`);
      const { found } = resultOf(reply);
      expect(Array.isArray(found) ? found : found || undefined, `${name}: ${errorsOf(reply)}`).toEqual(
        Array.isArray(found) ? [] : undefined,
      );
    }
  });
});
