import { describe, expect, it } from "vitest";
import { RunTokens } from "../../service/http/index.js";
import { ECHO, type HttpNode, KEY, post, send, startHttp } from "./http-node.js";
import { expectProblem } from "./problems.js";

const UUID = "127.0.0.1-8787-77";
const as = (node: HttpNode, token: string, path = "/ojob", method = "POST") =>
  send(node.port, path, {
    method,
    body: method === "POST" ? ECHO : undefined,
    headers: { authorization: `Bearer ${token}` },
  });

describe("the token of a run", () => {
  it.each([false, true])("says who asks, for as long as the run runs (PRIVATE=%s)", async (PRIVATE) => {
    const node = await startHttp({ PRIVATE });
    node.runs.active.add(UUID);
    const token = node.tokens.tokenOf(UUID);
    expect((await as(node, token)).status).toBe(200);
    expect(node.specs[0]).toMatchObject({ by: `run ${UUID}`, parent: UUID });
    const list = await as(node, token, "/v1/runs", "GET");
    expect(list.status).toBe(200);
    expect((await as(node, token, "/v1/runs/a-1-2", "DELETE")).json.code).toBe("unknown_run");

    node.runs.active.delete(UUID);
    if (!PRIVATE) return expectProblem(await as(node, token), "bad_run_token");
    expect((await as(node, token)).status).toBe(200);
    expect(node.specs[1]).toMatchObject({ by: "127.0.0.1" });
    expect(node.specs[1]?.parent).toBeUndefined();
  });

  it("is refused with a digit more or less, other letters, or anything behind it", async () => {
    const node = await startHttp();
    node.runs.active.add(UUID);
    const token = node.tokens.tokenOf(UUID);
    const cut = token.slice(0, -1);
    for (const wrong of [
      `${token}0`,
      `${token}x`,
      `${token}zz`,
      cut,
      `${cut}g`,
      token.replace(/[0-9a-f]+$/, (hex) => hex.toUpperCase()),
      `${token}:`,
    ])
      expectProblem(await as(node, wrong), "bad_run_token");
    expect((await as(node, token)).status).toBe(200);
  });

  it("tells whoever waits for a run that it is a run that waits", async () => {
    const node = await startHttp();
    node.runs.active.add(UUID);
    const headers = { authorization: `Bearer ${node.tokens.tokenOf(UUID)}`, prefer: "wait=60" };
    expect((await send(node.port, "/ojob", { body: ECHO, headers })).status).toBe(200);
    const { uuid } = node.specs[0]!;
    expect((await send(node.port, `/v1/runs/${uuid}?wait=9`, { method: "GET", headers })).json.state).toBe("done");
    expect(node.runs.waiters).toEqual([UUID, UUID]);
  });

  it("is good for its own run, on its own node, whole", async () => {
    const node = await startHttp();
    node.runs.active.add(UUID).add("127.0.0.1-8787-78");
    const token = node.tokens.tokenOf(UUID);
    const foreign = new RunTokens(() => [UUID]).tokenOf(UUID);
    for (const wrong of [
      token.replace("-77:", "-78:"),
      token.slice(0, -2),
      `${token}00`,
      token.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      foreign,
      "run:",
      "run::",
      `run:${UUID}:`,
    ]) {
      expectProblem(await as(node, wrong), "bad_run_token");
    }
    expect(node.specs).toEqual([]);
    expect(JSON.stringify(node.log)).not.toContain(token.slice(-64));
  });

  it("is not confused with a key that looks like one", async () => {
    const node = await startHttp({}, {}, { apiKey: "run:key" });
    expect((await as(node, "run:key")).status).toBe(200);
    expect(node.specs[0]?.by).toBe("127.0.0.1");
    expect((await post(node, "/ojob", ECHO)).json.code).toBe("bad_key");
    expect(KEY).not.toBe("run:key");
  });
});
