import { describe, expect, it } from "vitest";
import { timingOf } from "../../service/cluster/timing.js";
import { type SimulatedNode, Simulation } from "./simulation.js";

const TIMEOUT = 10_000;
const stateOf = (at: SimulatedNode, of: SimulatedNode) => at.membership.members.get(of.key)?.state;
const others = (simulation: Simulation, node: SimulatedNode) => simulation.nodes.filter((other) => other !== node);

describe("nodes that know one of them", () => {
  it.each([2, 3, 10, 50])("%i of them all know each other within a second", (count) => {
    const simulation = new Simulation(30_000);
    const first = simulation.start();
    for (let i = 1; i < count; i++) simulation.start([first.membership.self]);
    expect(simulation.until(() => simulation.agrees(), 5_000)).toBeLessThan(1_000);
  });

  it("one that joins ten is known to all within a second, wherever it asked", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const simulation = Simulation.cluster(10, 30_000, seed);
      simulation.start([simulation.nodes[seed % 10]!.membership.self]);
      expect(simulation.until(() => simulation.agrees(), 5_000)).toBeLessThan(1_000);
    }
  });

  it("find each other although the one they know comes last", () => {
    const simulation = new Simulation(TIMEOUT);
    const contact = { host: "n", port: 9 };
    simulation.start([contact]);
    simulation.start([contact]);
    simulation.run(3_000);
    expect(simulation.agrees()).toBe(false);
    simulation.start([], 9);
    expect(simulation.until(() => simulation.agrees(), 30_000)).toBeLessThan(TIMEOUT);
  });
});

describe("a node that falls silent", () => {
  it("is suspected first, and gone from every list NODETIMEOUT later", () => {
    const simulation = Simulation.cluster(5, TIMEOUT);
    const [victim, ...rest] = simulation.nodes as [SimulatedNode, ...SimulatedNode[]];
    victim.isDown = true;
    const suspectedMs = simulation.until(() => rest.every((node) => stateOf(node, victim) === "suspect"), TIMEOUT);
    expect(suspectedMs).toBeLessThan(TIMEOUT / 2);
    simulation.run(TIMEOUT - suspectedMs - 2 * simulation.timing.intervalMs);
    expect(rest.map((node) => stateOf(node, victim))).toEqual(rest.map(() => "suspect"));
    simulation.run(2 * simulation.timing.intervalMs + 1_000);
    expect(rest.map((node) => stateOf(node, victim))).toEqual(rest.map(() => "dead"));
    expect(simulation.agrees()).toBe(true);
  });

  it("is cleared when it was only slow", () => {
    const simulation = Simulation.cluster(5, TIMEOUT);
    const victim = simulation.nodes[0]!;
    victim.isDown = true;
    simulation.run(TIMEOUT / 2);
    victim.isDown = false;
    expect(simulation.until(() => simulation.agrees(), TIMEOUT)).toBeLessThan(TIMEOUT / 2);
  });

  it("does not take the others for dead when it goes on", () => {
    const simulation = Simulation.cluster(3, TIMEOUT);
    const sleeper = simulation.nodes[0]!;
    sleeper.isDown = true;
    simulation.run(TIMEOUT * 3);
    sleeper.isDown = false;
    const states = new Set<string>();
    simulation.until(() => {
      for (const other of others(simulation, sleeper)) states.add(String(stateOf(sleeper, other)));
      return false;
    }, TIMEOUT);
    expect(states.has("dead")).toBe(false);
    expect(simulation.agrees()).toBe(true);
  });

  it("that is unreachable for one only is suspected by none for long", () => {
    const simulation = Simulation.cluster(6, TIMEOUT);
    const [a, b] = simulation.nodes as [SimulatedNode, SimulatedNode];
    simulation.passes = (from, to) => !((from === a.key && to === b.key) || (from === b.key && to === a.key));
    let dead = false;
    simulation.until(() => {
      dead ||= simulation.nodes.some((node) =>
        [...node.membership.members.values()].some(({ state }) => state === "dead"),
      );
      return false;
    }, TIMEOUT * 5);
    expect(dead).toBe(false);
    // It is not asked for anything all the same.
    expect(a.membership.members.get(b.key)!.failures).toBeGreaterThan(0);
  });
});

describe("a node that goes", () => {
  it("is forgotten at once when it says so", () => {
    const simulation = Simulation.cluster(10, 30_000);
    const leaver = simulation.nodes[3]!;
    for (const outgoing of leaver.membership.leave(simulation.now)) simulation.send(leaver, outgoing);
    simulation.run(10);
    leaver.isDown = true;
    expect(simulation.until(() => simulation.agrees(), 30_000)).toBeLessThan(1_000);
  });

  it("and comes back with a clock that is four minutes behind is let in again", () => {
    const simulation = Simulation.cluster(3, TIMEOUT);
    const victim = simulation.nodes[2]!;
    victim.isDown = true;
    simulation.run(TIMEOUT * 2);
    simulation.start([simulation.nodes[0]!.membership.self], 3, victim.membership.self.life - 240_000);
    expect(simulation.until(() => simulation.agrees(), TIMEOUT * 2)).toBeLessThan(TIMEOUT);
  });

  it("announces that it accepts no more runs, and all know soon", () => {
    const simulation = Simulation.cluster(10, 30_000);
    const node = simulation.nodes[4]!;
    node.draining = true;
    node.membership.announce();
    simulation.schedule(node);
    const known = () =>
      others(simulation, node).every((other) => other.membership.members.get(node.key)!.load.draining);
    expect(simulation.until(known, 10_000)).toBeLessThan(2_000);
  });
});

describe("a cluster that is parted", () => {
  it("counts those beyond as dead, and is whole again soon after the network is", () => {
    const simulation = Simulation.cluster(6, TIMEOUT);
    const side = (key: string): boolean => Number(key.split(":")[1]) <= 3;
    simulation.passes = (from, to) => side(from) === side(to);
    simulation.run(TIMEOUT * 2);
    for (const node of simulation.nodes) {
      const mine = simulation.nodes.filter(({ key }) => key !== node.key && side(key) === side(node.key));
      expect(simulation.seenBy(node)).toEqual(mine.map(({ key }) => key).sort());
    }
    simulation.passes = () => true;
    expect(simulation.until(() => simulation.agrees(), TIMEOUT * 5)).toBeLessThan(TIMEOUT * 2);
  });
});

describe("the cost of a node", () => {
  it("does not grow with the cluster, and it is alive to all when a tenth of the messages are lost", () => {
    const perNode = [10, 50].map((count) => {
      const simulation = Simulation.cluster(count, 30_000);
      simulation.run(5_000);
      simulation.messages = 0;
      simulation.run(10_000);
      expect(simulation.agrees()).toBe(true);
      return simulation.messages / 10 / count;
    });
    expect(perNode[1]!).toBeLessThan(perNode[0]! * 1.3);
    const lossy = Simulation.cluster(10, 30_000);
    lossy.passes = () => lossy.random() > 0.1;
    let worst = 0;
    lossy.until(
      () => {
        for (const node of lossy.nodes) worst = Math.max(worst, 9 - node.membership.present.length);
        return false;
      },
      60_000,
      500,
    );
    expect(worst).toBe(0);
  });
});

it("whatever NODETIMEOUT is, waits are whole ms, as timers want them", () => {
  for (const timeout of [100, 101, 777, 2_000, 30_001, 2_147_483_647]) {
    const { intervalMs, answerMs, eagerMs } = timingOf(timeout);
    for (const ms of [intervalMs, answerMs, eagerMs]) expect(Number.isInteger(ms)).toBe(true);
    expect(answerMs).toBeLessThan(timeout);
  }
});
