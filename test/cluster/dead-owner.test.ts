import { expect, test } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import { ClusterRuns } from "../../service/cluster/cluster-runs.js";

const UUID = "a-1-2";
const at = { host: "a", port: 1 };
const record = { uuid: UUID, state: "running", node: "a:1" };

/** Runs of node `b:1`, which shares a work folder with `a:1`; that one has died, and nobody knows it yet. */
function besideDeadNode(known: object | null = record): ClusterRuns {
  const local = {
    get: async () => known ?? undefined,
    wait: async () => ({ ...record, state: "interrupted" }),
    result: async () => undefined,
    kill: async () => "ended",
    knowsAll: () => false,
    sentTo: () => undefined,
  };
  const unreachable = async (): Promise<never> => {
    throw new ServiceError("peer_unreachable", { node: "a:1", reason: "connect ECONNREFUSED" });
  };
  const places = {
    identity: "b:1",
    isPresent: () => true,
    present: () => [at],
    mayComeBack: () => true,
    absent: () => [],
  };
  const records = { get: unreachable, result: unreachable, kill: unreachable };
  return new ClusterRuns(local as never, places, records as never);
}

test("of a run whose node has just died the shared work folder tells, and its end is waited for there", async () => {
  const runs = besideDeadNode();
  expect(await runs.get(UUID)).toEqual(record);
  expect(await runs.wait(UUID, 1000)).toMatchObject({ state: "interrupted" });
  expect(await runs.result(UUID)).toBeUndefined();
});

test("a run that is in no folder of its own is not said to be unknown, nor one to have ended that may run", async () => {
  await expect(besideDeadNode(null).get(UUID)).rejects.toMatchObject({ code: "peer_unreachable" });
  await expect(besideDeadNode().kill(UUID)).rejects.toMatchObject({ code: "peer_unreachable" });
});

/** Runs of node `b:1` in a work folder of its own; of `a:1` it knows what `taken` says. */
function withPeer(given: { sentTo?: string; local?: object; taken?: object; present?: boolean; absent?: boolean }) {
  const { sentTo, local, taken, present = true, absent = false } = given;
  const runs = { get: async () => local, knowsAll: () => true, sentTo: () => sentTo, queueKind: "spool" };
  const places = {
    identity: "b:1",
    isPresent: () => present,
    present: () => (present ? [at] : []),
    mayComeBack: () => true,
    absent: () => (absent ? [at] : []),
  };
  return new ClusterRuns(runs as never, places, { get: async () => taken } as never);
}

test("of a run that was sent to a peer that peer tells, not what the node that sent it has", async () => {
  const local = { uuid: "b-1-2", state: "accepted", node: "b:1" };
  const taken = { uuid: "b-1-2", state: "done", node: "a:1" };
  expect(await withPeer({ sentTo: "a:1", local, taken }).get("b-1-2")).toEqual(taken);
  const unreachable = { code: "peer_unreachable", values: { node: "a:1", reason: "it may have taken the run" } };
  await expect(withPeer({ sentTo: "a:1", local }).get("b-1-2")).rejects.toMatchObject(unreachable);
  await expect(withPeer({ sentTo: "a:1", local, present: false }).get("b-1-2")).rejects.toMatchObject(unreachable);
});

test("a run of its own that a node does not know is unknown when every node was asked, not before", async () => {
  const taken = { uuid: "b-1-2", state: "done", node: "a:1" };
  expect(await withPeer({ taken }).get("b-1-2")).toEqual(taken);
  expect(await withPeer({}).get("b-1-2")).toBeUndefined();
  await expect(withPeer({ present: false, absent: true }).get("b-1-2")).rejects.toMatchObject({
    code: "peer_unreachable",
  });
});

/** Node `self:1` in a work folder of its own, with peers `p0:1`, `p1:1`, …; each answers, or is down. */
function amongPeers(answers: ("unknown" | "down" | "done")[], queueKind = "spool") {
  const asked: string[] = [];
  const peers = answers.map((_, index) => ({ host: `p${index}`, port: 1 }));
  const runs = { get: async () => undefined, knowsAll: () => true, sentTo: () => undefined, queueKind };
  const places = {
    identity: "self:1",
    isPresent: () => true,
    present: () => peers,
    mayComeBack: () => true,
    absent: () => [],
  };
  const get = async ({ host }: { host: string }, uuid: string): Promise<object | undefined> => {
    asked.push(host);
    const answer = answers[peers.findIndex((peer) => peer.host === host)];
    if (answer === "down") throw new ServiceError("peer_unreachable", { node: `${host}:1`, reason: "ECONNREFUSED" });
    return answer === "done" ? { uuid, state: "done", node: `${host}:1` } : undefined;
  };
  return { runs: new ClusterRuns(runs as never, places, { get } as never), asked };
}

test.each(["self-1-2", "p0-1-2"])(
  "%s, unknown to its node, is not unknown while a peer does not answer",
  async (uuid) => {
    await expect(amongPeers(["unknown", "down"]).runs.get(uuid)).rejects.toMatchObject({
      code: "peer_unreachable",
      values: { node: "p1:1" },
    });
    expect(await amongPeers(["unknown", "down", "done"]).runs.get(uuid)).toMatchObject({ node: "p2:1" });
    expect(await amongPeers(["unknown", "unknown"]).runs.get(uuid)).toBeUndefined();
    // A broker knows all runs that nodes give to each other.
    expect(await amongPeers(["unknown", "down"], "redis").runs.get(uuid)).toBeUndefined();
  },
);

test("all peers are asked before a run is unknown, however many there are", async () => {
  const { runs, asked } = amongPeers(Array.from({ length: 120 }, () => "unknown" as const));
  expect(await runs.get("self-1-2")).toBeUndefined();
  expect(new Set(asked).size).toBe(120);
  const last = amongPeers(Array.from({ length: 120 }, (_, index) => (index === 119 ? "done" : "unknown")));
  expect(await last.runs.get("self-1-2")).toMatchObject({ node: "p119:1" });
});
