import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../service/config/index.js";
import { type RunningNode, startNode } from "../../service/node/start-node.js";
import { eventually } from "../workers/pool-helper.js";
import { KEY, send } from "./http-node.js";

/** A megabyte of characters of one, two, three and four bytes. */
const CODE = `__pm.text = "aü€𝄞".repeat(100000)`;
const TEXT = "aü€𝄞".repeat(100_000);
const job = (exec: string) => ({ jobs: [{ name: "A", exec }], todo: ["A"] });

describe("a result of a megabyte, with characters of all lengths", () => {
  const scratch = mkdtempSync(join(tmpdir(), "rojob-large-"));
  const nodes: RunningNode[] = [];
  const callbacks = createServer(async (request, response) => {
    told.push(JSON.parse(await textOf(request)));
    response.end();
  });
  const told: any[] = [];
  let port: number;

  beforeAll(async () => {
    await once(callbacks.listen(0, "127.0.0.1"), "listening");
    const { port: callbackPort } = callbacks.address() as AddressInfo;
    for (const at of [0, 1]) {
      const argv = [
        ...["PORT=0", "HOST=127.0.0.1", "LISTEN=127.0.0.1", `WORK=${scratch}/work-${at}`, "WORKERS=1", "FORK=false"],
        ...["INIT=false", `CALLBACKHOSTS=127.0.0.1:${callbackPort}`, ...(at === 0 ? [] : [`CDISC=127.0.0.1:${port}`])],
      ];
      const { config } = loadConfig({ argv, env: {}, cwd: scratch });
      nodes.push(await startNode(config, { apiKey: KEY, log: pino({ level: "silent" }) }));
      port = Number(new URL(nodes[0]!.url).port);
    }
  });
  afterAll(async () => {
    callbacks.close();
    for (const node of nodes) await node.stop();
    rmSync(scratch, { recursive: true });
  });

  const ask = (path: string, body?: object) => {
    const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
    return send(port, path, body === undefined ? { method: "GET", headers } : { body: JSON.stringify(body), headers });
  };

  it("is what the routes of existing clients reply", async () => {
    expect((await ask("/ojob", job(CODE))).json).toEqual({ text: TEXT });
  });

  it("stands beside the errors of failed jobs", async () => {
    const { json } = await ask("/ojob", job(`${CODE}; throw "no"`));
    expect(Object.keys(json)).toEqual(["text", "__errors"]);
    expect(json).toMatchObject({ text: TEXT, __errors: [{ name: "A" }] });
  });

  it("that is a list, or has errors of its own, gets those of failed jobs", async () => {
    const list = (await ask("/ojob", job(`__pm = ["aü€𝄞".repeat(100000)]; throw "no"`))).json;
    expect(list).toMatchObject({ __pm: [TEXT], __errors: [{ name: "A" }] });
    const own = (await ask("/ojob", job(`__pm.__errors = 5; ${CODE}; throw "no"`))).json;
    expect(own).toMatchObject({ text: TEXT, __errors: [{ name: "A" }] });
  });

  it("is part of the reply to POST /v1/runs", async () => {
    const { json } = await ask("/v1/runs", { ojob: job(CODE) });
    expect(json).toMatchObject({ state: "done", result: { text: TEXT }, errors: [] });
  });

  it("is kept for a run that is not waited for, and told to its callback", async () => {
    const callbackUrl = `http://127.0.0.1:${(callbacks.address() as AddressInfo).port}/`;
    const { uuid } = (await ask("/v1/runs", { ojob: job(CODE), async: true, callbackUrl })).json;
    const record = (await ask(`/v1/runs/${uuid}?wait=60`)).json;
    expect(record).toMatchObject({ state: "done", resultBytes: Buffer.byteLength(JSON.stringify({ text: TEXT })) });
    expect((await ask(`/v1/runs/${uuid}/result`)).json).toEqual({ text: TEXT });
    await eventually(() => told.length > 0, "the callback");
    expect(told).toMatchObject([{ uuid, state: "done", result: { text: TEXT } }]);
  });

  it("comes from the node that executed the run, and from the one that has its record", async () => {
    const replies = await Promise.all([0, 1].map(() => ask("/ojob", job(`sleep(500, true); ${CODE}`))));
    expect(replies.map(({ json }) => json)).toEqual([{ text: TEXT }, { text: TEXT }]);
    expect(replies.map(({ headers }) => /peer/.test(String(headers["x-rojob-route"]))).sort()).toEqual([false, true]);
    const { uuid } = (await ask("/v1/runs", { ojob: job(CODE), async: true })).json;
    expect((await ask(`/v1/runs/${uuid}?wait=60`)).json.state).toBe("done");
    const other = Number(new URL(nodes[1]!.url).port);
    const { json } = await send(other, `/v1/runs/${uuid}/result`, {
      method: "GET",
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(json).toEqual({ text: TEXT });
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
