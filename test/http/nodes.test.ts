import { describe, expect, it } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import type { Cluster, ClusterNode } from "../../service/model/cluster.js";
import { type HttpNode, KEY, post, send, startHttp } from "./http-node.js";
import { expectProblem } from "./problems.js";

const get = (node: HttpNode, path: string) =>
  send(node.port, path, { method: "GET", headers: { authorization: `Bearer ${KEY}` } });

const load = { free: 1, waiting: 0, running: 1, forks: 0, draining: false };
const member = (port: number, isSelf = false): ClusterNode => {
  return { host: "10.0.0.1", port, isSelf, state: "alive", load, runs: [], version: "1.2.3", heardAt: 1 };
};

/** A cluster of two; knows what it was told. */
function standInCluster(): Cluster & { added: string[]; stopped: number } {
  const nodes = [member(1, true), member(2)];
  return {
    added: [],
    stopped: 0,
    start: async () => undefined,
    nodes: () => nodes,
    async add(host, port) {
      if (port === 9) throw new ServiceError("peer_refused", { node: `${host}:9`, reason: "it has another key" });
      this.added.push(`${host}:${port}`);
      return [...nodes, member(port)];
    },
    peer: () => undefined,
    drain: async () => undefined,
    async stopAll() {
      this.stopped++;
      return [{ node: "10.0.0.1:2", reason: "it does not answer" }];
    },
    close: async () => undefined,
  };
}

describe("the nodes", () => {
  it("are this one alone when there is no cluster, with what it does", async () => {
    const node = await startHttp();
    node.activity = { ...node.activity, free: 1, busy: 2, forks: 1, waiting: 3 };
    node.runs.active.add("127.0.0.1-1-2");
    expect((await get(node, "/v1/nodes")).json).toEqual({
      nodes: [
        {
          host: "127.0.0.1",
          port: node.port,
          isSelf: true,
          state: "alive",
          load: { free: 1, waiting: 3, running: 2, forks: 1, draining: false },
          runs: ["127.0.0.1-1-2"],
          version: "1.2.3",
          heardAt: expect.any(Number),
        },
      ],
    });
    expectProblem(await post(node, "/v1/nodes", '{"host":"10.0.0.1","port":8787}'), "no_cluster");
  });

  it("are those of the cluster, and one more that is made known", async () => {
    const cluster = standInCluster();
    const node = await startHttp({}, {}, { cluster });
    expect((await get(node, "/v1/nodes")).json).toEqual({ nodes: [member(1, true), member(2)] });
    const added = await post(node, "/v1/nodes", '{"host":"10.0.0.1","port":3}');
    expect(added.json.nodes).toHaveLength(3);
    expect(cluster.added).toEqual(["10.0.0.1:3"]);
    expectProblem(await post(node, "/v1/nodes", '{"host":"10.0.0.1","port":9}'), "peer_refused");
  });

  it.each([
    ["[]", "bad_field"],
    ['{"port":1}', "bad_field"],
    ['{"host":"","port":1}', "bad_field"],
    ['{"host":"a b","port":1}', "bad_field"],
    ['{"host":"a/b","port":1}', "bad_field"],
    ['{"host":"a"}', "bad_field"],
    ['{"host":"a","port":"1"}', "bad_field"],
    ['{"host":"a","port":0}', "bad_field"],
    ['{"host":"a","port":65536}', "bad_field"],
    ['{"host":"a","port":1,"key":"x"}', "unknown_field"],
    ["{", "bad_json"],
    ["", "empty_body"],
  ] as const)("do not become more by %s", async (body, code) => {
    const cluster = standInCluster();
    const node = await startHttp({}, {}, { cluster });
    expectProblem(await post(node, "/v1/nodes", body), code);
    expect(cluster.added).toEqual([]);
  });

  it("stop when they have answered: one, or all", async () => {
    const cluster = standInCluster();
    const node = await startHttp({}, {}, { cluster });
    const one = await post(node, "/v1/node/stop", "{}");
    expect([one.status, one.json]).toEqual([202, { stopping: true }]);
    await expect.poll(() => node.stops).toBe(1);
    expect(cluster.stopped).toBe(0);
    const all = await post(node, "/v1/cluster/stop");
    const failed = [{ node: "10.0.0.1:2", reason: "it does not answer" }];
    expect([all.status, all.json]).toEqual([202, { stopping: true, failed }]);
    await expect.poll(() => node.stops).toBe(2);
    expect(cluster.stopped).toBe(1);
  });

  it("need the key", async () => {
    const node = await startHttp();
    for (const [method, path] of [
      ["GET", "/v1/nodes"],
      ["POST", "/v1/nodes"],
      ["POST", "/v1/node/stop"],
      ["POST", "/v1/cluster/stop"],
      ["GET", "/v1/node/memory"],
      ["GET", "/metrics"],
    ] as const)
      expectProblem(await send(node.port, path, { method }), "unauthorised");
    expect(node.stops).toBe(0);
  });
});
