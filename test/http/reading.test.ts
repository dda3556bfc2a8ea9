import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { type Call, ECHO, type HttpNode, KEY, post, send, startHttp } from "./http-node.js";
import { expectProblem } from "./problems.js";

const get = (node: HttpNode, path: string, call: Call = {}) =>
  send(node.port, path, { method: "GET", ...call, headers: { authorization: `Bearer ${KEY}`, ...call.headers } });
const never = () => new Promise<never>(() => undefined);

async function start(node: HttpNode, path = "/ojob?__async=1", text = ECHO): Promise<string> {
  return (await post(node, path, text)).json.uuid;
}

describe("GET /v1/runs", () => {
  it("lists newest first, page by page, and says where the next is", async () => {
    const node = await startHttp();
    const uuids: string[] = [];
    for (let i = 0; i < 5; i++) uuids.unshift(await start(node));
    const first = await get(node, "/v1/runs?limit=2&state=accepted,running,done");
    expect(first.json.runs.map((run: any) => run.uuid)).toEqual(uuids.slice(0, 2));
    expect(first.json.next).toBe(uuids[2]);
    expect(first.headers.link).toBe(
      `</v1/runs?limit=2&state=accepted%2Crunning%2Cdone&cursor=${uuids[2]}>; rel="next"`,
    );
    const second = await get(node, /<(.*)>/.exec(String(first.headers.link))![1]!);
    expect(second.json.runs.map((run: any) => run.uuid)).toEqual(uuids.slice(2, 4));
    const last = await get(node, /<(.*)>/.exec(String(second.headers.link))![1]!);
    expect([last.json.runs.length, last.json.next, last.headers.link]).toEqual([1, undefined, undefined]);
  });

  it("takes those of a state, a name, a file, a time", async () => {
    const node = await startHttp({}, { "a.yaml": ECHO });
    node.ending = ({ file }) => (file === "ojob" ? { state: "failed" } : {});
    const posted = await start(node, "/ojob?__async=1", `rojob: { name: x }\n${ECHO}`);
    const named = await start(node, "/run?__async=1", "a.yaml");
    await expect.poll(() => node.runs.results.size).toBe(2);
    const list = async (query: string) => (await get(node, `/v1/runs?${query}`)).json.runs.map((run: any) => run.uuid);
    expect(await list("state=failed")).toEqual([posted]);
    expect(await list("state=done")).toEqual([named]);
    expect(await list("name=x")).toEqual([posted]);
    expect(await list("file=a.yaml")).toEqual([named]);
    expect(await list("since=2020-01-01T00:00:00%2B02:00")).toHaveLength(2);
    expect(await list("since=2020-01-01T00:00:00+02:00&until=2120-01-01")).toHaveLength(2);
    expect(await list(`since=${Date.now() + 60_000}`)).toEqual([]);
    expect(await list("until=2020-01-01T00:00Z")).toEqual([]);
  });

  it.each([
    ["state=done,doing", "'state'"],
    ["since=yesterday", "'since'"],
    ["until=2026-13-01", "'until'"],
    ["until=2026-01-01T25:00", "'until'"],
    ["limit=0", "'limit'"],
    ["limit=501", "'limit'"],
    ["limit=1.5", "'limit'"],
    ["limit=many", "'limit'"],
  ])("refuses %s", async (query, tells) => {
    const answer = await get(await startHttp(), `/v1/runs?${query}`);
    expectProblem(answer, "bad_parameter");
    expect(answer.json.detail).toContain(tells);
  });

  it("needs the key", async () => {
    const node = await startHttp();
    for (const path of ["/v1/runs", "/v1/runs/a-1-2", "/v1/runs/a-1-2/result", "/v1/runs/a-1-2/log"]) {
      expectProblem(await send(node.port, path, { method: "GET" }), "unauthorised");
    }
    expectProblem(await send(node.port, "/v1/runs/a-1-2", { method: "DELETE" }), "unauthorised");
  });
});

describe("GET /v1/runs/UUID", () => {
  it("tells what is known of a run", async () => {
    const node = await startHttp();
    node.ending = { state: "failed", errors: [{ name: "A", error: ["kaboom"] }] };
    const uuid = await start(node);
    await expect.poll(() => node.runs.results.size).toBe(1);
    const answer = await get(node, `/v1/runs/${uuid}`);
    expect([answer.status, answer.json]).toEqual([200, { ...node.runs.records.get(uuid) }]);
    expect(answer.json.errors).toHaveLength(1);
  });

  it("tells no errors of jobs with SHOWERRORS=false", async () => {
    const node = await startHttp({ SHOWERRORS: false });
    node.ending = { state: "failed", errors: [{ name: "A", error: ["kaboom"] }] };
    const uuid = await start(node);
    await expect.poll(() => node.runs.results.size).toBe(1);
    for (const path of [`/v1/runs/${uuid}`, "/v1/runs", `/v1/runs/${uuid}/result`]) {
      expect((await get(node, path)).text).not.toContain("kaboom");
    }
  });

  it("waits for the end as long as it is told to, then answers with what there is", async () => {
    const node = await startHttp();
    let release = (): void => {};
    node.ending = () => new Promise((resolve) => (release = () => resolve({})));
    const uuid = await start(node);
    await expect.poll(() => node.runs.active.size).toBe(1);
    expect((await get(node, `/v1/runs/${uuid}?wait=0.05`)).json.state).toBe("accepted");
    const ended = get(node, `/v1/runs/${uuid}?wait=60`);
    setTimeout(() => release(), 50);
    expect((await ended).json.state).toBe("done");
    expect((await get(node, `/v1/runs/${uuid}?wait=60`)).json.state).toBe("done");
  });

  it("stops waiting when nobody waits for the answer any more", async () => {
    const node = await startHttp();
    node.ending = never;
    const uuid = await start(node);
    const headers = { authorization: `Bearer ${KEY}` };
    const sent = request({ port: node.port, path: `/v1/runs/${uuid}?wait=60`, headers, agent: false }).end();
    sent.on("error", () => undefined); // cut off below
    await expect.poll(() => node.runs.waiters.length).toBe(1);
    sent.destroy();
    await expect.poll(() => node.runs.waiting).toBe(0);
  });

  it.each(["a-1-2", "nonsense", "..%2F..%2Fetc%2Fpasswd-1-2", "%00-1-2", `${"x".repeat(400)}-1-2`])(
    "says that it does not know %s",
    async (uuid) => {
      const node = await startHttp();
      for (const path of [`/v1/runs/${uuid}`, `/v1/runs/${uuid}/result`, `/v1/runs/${uuid}?wait=1`]) {
        expectProblem(await get(node, path), "unknown_run");
      }
    },
  );

  it("refuses a wait that is none", async () => {
    const node = await startHttp();
    for (const wait of ["x", "-1", "4000"])
      expectProblem(await get(node, `/v1/runs/a-1-2?wait=${wait}`), "bad_parameter");
  });
});

describe("GET /v1/runs/UUID/result", () => {
  it.each([
    [{}, { a: "1", __async: "1" }],
    [{ result: "[1,2]" }, [1, 2]],
    [
      { state: "failed", result: '{"x":1}', errors: [{ name: "A", error: ["no"] }] },
      { x: 1, __errors: [{ name: "A", error: ["no"] }] },
    ],
  ] as const)("is the map that a run that is waited for replies: %j", async (ending, expected) => {
    const node = await startHttp();
    node.ending = ending as never;
    const uuid = await start(node, "/ojob?a=1&__async=1");
    const answer = await get(node, `/v1/runs/${uuid}/result?wait=60`);
    expect([answer.status, answer.json]).toEqual([200, expected]);
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  it.each([
    [{ endedBy: "timeout", state: "failed", result: "null" }, "run_timeout"],
    [{ endedBy: "killed", state: "killed", result: "null" }, "run_killed"],
    [{ state: "interrupted", result: "" }, "run_crashed"],
  ] as const)("is the refusal that a run that is waited for gets: %j", async (ending, code) => {
    const node = await startHttp();
    node.ending = ending;
    const answer = await get(node, `/v1/runs/${await start(node)}/result?wait=60`);
    expectProblem(answer, code);
  });

  it("is refused while the run goes on, with the time to ask again", async () => {
    const node = await startHttp();
    node.ending = never;
    const uuid = await start(node);
    const answer = await get(node, `/v1/runs/${uuid}/result`);
    expectProblem(answer, "run_not_ended");
    expect([answer.headers["retry-after"], answer.json.uuid]).toEqual(["1", uuid]);
  });

  it("is gone when it is kept no longer than its run", async () => {
    const node = await startHttp();
    const uuid = await start(node);
    await expect.poll(() => node.runs.results.delete(uuid)).toBe(true);
    expectProblem(await get(node, `/v1/runs/${uuid}/result`), "result_gone");
  });
});
