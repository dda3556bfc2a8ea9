import { expect, test } from "vitest";
import { ClientActivity } from "../../service/http/auth/client-activity.js";
import { StartGate } from "../../service/node/start-gate.js";
import { plainFetch } from "../../tools/plain-fetch.js";
import { startHttp } from "../http/http-node.js";

/** Start and end of a node are such that clients of a rolling restart notice little. */

const authorization = "Bearer key-of-the-tests";
const oJob = { jobs: [{ name: "A", exec: "__pm.x = args.n" }], todo: ["A"] };

test("a request that comes while the node is starting waits for that, and is served", async () => {
  const gate = new StartGate();
  const node = await startHttp({}, {}, { gate });
  const answer = plainFetch(`${node.url}/ojob`, {
    method: "POST",
    headers: { authorization },
    body: JSON.stringify(oJob),
  });
  const isOver = (): Promise<string> => Promise.race([answer.then(() => "answered"), turn()]);
  expect((await plainFetch(`${node.url}/healthz`)).status).toBe(200);
  expect(await isOver()).toBe("waits");
  expect(node.specs).toEqual([]);
  gate.open();
  expect((await answer).status).toBe(200);
  expect(node.specs).toHaveLength(1);
});

test("one that waits for a node which does not start is refused as not ready", async () => {
  const gate = new StartGate();
  const node = await startHttp({}, {}, { gate });
  const answer = plainFetch(`${node.url}/v1/runs`, { headers: { authorization } });
  await plainFetch(`${node.url}/healthz`);
  gate.giveUp();
  expect((await answer).status).toBe(503);
  expect(await (await answer).json()).toMatchObject({ code: "not_ready" });
});

test("every reply of a node that leaves ends its connection, on whichever route", async () => {
  let isLeaving = false;
  const node = await startHttp({}, {}, { isLeaving: () => isLeaving });
  for (const path of ["/healthz", "/readyz", "/v1/runs", "/openapi.json", "/no-such-route"]) {
    const ask = async () =>
      (await plainFetch(node.url + path, { headers: { authorization } })).headers.get("connection");
    isLeaving = false;
    expect(await ask(), path).toBe("keep-alive");
    isLeaving = true;
    expect(await ask(), path).toBe("close");
  }
});

test("requests of clients count as activity; those for health do not", async () => {
  const clients = new ClientActivity();
  const node = await startHttp({}, {}, { clients });
  await plainFetch(`${node.url}/healthz`);
  await plainFetch(`${node.url}/readyz`);
  expect(clients.wasWithin(60_000)).toBe(false);
  await plainFetch(`${node.url}/v1/runs`, { headers: { authorization } });
  expect(clients.wasWithin(60_000)).toBe(true);
  expect(clients.wasWithin(0)).toBe(false);
});

/** A turn of the event loop that leaves time for sockets. */
async function turn(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return "waits";
}
