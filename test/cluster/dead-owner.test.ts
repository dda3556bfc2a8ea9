import { expect, test } from "vitest";
import { RemoteRuns } from "../../service/cluster/remote-runs.js";
import { ServiceError } from "../../service/errors.js";

const UUID = "a-1-2";
const at = { host: "a", port: 1 };
const record = { uuid: UUID, state: "running", node: "a:1" };

/** Runs of node `b:1`, which shares a work folder with `a:1`; that one has died, and nobody knows it yet. */
function besideDeadNode(known: object | null = record): RemoteRuns {
  const local = {
    get: async () => known ?? undefined,
    wait: async () => ({ ...record, state: "interrupted" }),
    result: async () => undefined,
    kill: async () => "ended",
    knowsAll: () => false,
  };
  const unreachable = async (): Promise<never> => {
    throw new ServiceError("peer_unreachable", { node: "a:1", reason: "connect ECONNREFUSED" });
  };
  const places = { identity: "b:1", isPresent: () => true, present: () => [at], mayComeBack: () => true };
  const records = { get: unreachable, result: unreachable, kill: unreachable };
  return new RemoteRuns(local as never, places, records as never);
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
