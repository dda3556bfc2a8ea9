import { describe, expect, it } from "vitest";
import { ECHO, type HttpNode, KEY, post, send, startHttp } from "./http-node.js";
import { expectProblem } from "./problems.js";

const remove = (node: HttpNode, path: string) =>
  send(node.port, path, { method: "DELETE", headers: { authorization: `Bearer ${KEY}` } });
const never = () => new Promise<never>(() => undefined);

describe("DELETE /v1/runs/UUID", () => {
  it("kills a run and tells how it ended; a second time there is nothing to kill", async () => {
    const node = await startHttp();
    node.ending = never;
    const { uuid } = (await post(node, "/ojob?__async=1", ECHO)).json;
    const answer = await remove(node, `/v1/runs/${uuid}`);
    expect([answer.status, answer.json]).toMatchObject([200, { uuid, state: "killed" }]);
    const again = await remove(node, `/v1/runs/${uuid}`);
    expectProblem(again, "run_ended");
    expect(again.json.detail).toContain("state killed");
  });

  it("forgets a run that has ended, and no other", async () => {
    const node = await startHttp();
    node.ending = never;
    const { uuid } = (await post(node, "/ojob?__async=1", ECHO)).json;
    expectProblem(await remove(node, `/v1/runs/${uuid}?forget=true`), "run_not_ended");
    await remove(node, `/v1/runs/${uuid}?forget=false`);
    const answer = await remove(node, `/v1/runs/${uuid}?forget=true`);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expectProblem(await remove(node, `/v1/runs/${uuid}?forget=true`), "unknown_run");
    expectProblem(await remove(node, `/v1/runs/${uuid}`), "unknown_run");
  });

  it("refuses what it does not understand", async () => {
    const node = await startHttp();
    expectProblem(await remove(node, "/v1/runs/a-1-2?forget=perhaps"), "bad_parameter");
    expectProblem(await remove(node, "/v1/runs/a-1-2?froget=1"), "unknown_parameter");
  });
});
