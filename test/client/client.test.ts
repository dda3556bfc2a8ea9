import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import { RoJobClient, RoJobError } from "../../service/client/index.js";
import { ECHO, KEY, startHttp } from "../http/http-node.js";

describe("the TypeScript client", () => {
  it("runs an oJob as text or map, and a job of the run folder", async () => {
    const node = await startHttp({}, { "rojob/echo.yaml": ECHO });
    const client = new RoJobClient({ url: node.url, apiKey: KEY });
    const args = { a: 1, b: "x y", c: { d: ["é"] } };
    for (const run of [client.exec(ECHO, args), client.exec({ jobs: [] }, args), client.run("rojob/echo.yaml", args)]) {
      expect(await run).toMatchObject({
        state: "done",
        result: args,
        errors: [],
        timings: { waitMs: 0.25, runMs: 1.5 },
      });
    }
    await client.run("rojob/echo.yaml", {}, { timeoutMs: 77 });
    expect(node.specs.at(-1)).toMatchObject({ file: "rojob/echo.yaml", settings: { timeoutMs: 77 } });
  });

  it.each([1500, 2500, 20_000])(
    "gives a whole log (%d lines) that is read slowly from a closed connection",
    async (length) => {
      const lines = Array.from({ length }, (_, index) => `line ${index} of a log that does not fit into buffers`);
      const server = createTcpServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n");
          socket.end(`${lines.join("\n")}\n`);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const read: string[] = [];
      for await (const line of new RoJobClient({ url }).log("a-1-2")) {
        if (read.length % 1000 === 0) await pause(100);
        read.push(line);
      }
      expect(read).toEqual(lines);
    },
  );

  it("reports a failed run as a run, not as an error", async () => {
    const node = await startHttp();
    const errors = [{ name: "A", error: ["kaboom"], at: { file: "ojob", line: 3 } }];
    node.ending = { state: "failed", errors };
    const run = await new RoJobClient({ url: node.url, apiKey: KEY }).exec(ECHO);
    expect(run).toMatchObject({ state: "failed", errors });
  });

  it("throws what the node refuses, with status, code and time to wait", async () => {
    const node = await startHttp();
    const refused = new RoJobClient({ url: node.url, apiKey: "wrong" }).exec(ECHO);
    await expect(refused).rejects.toMatchObject({ name: "RoJobError", status: 401, code: "unknown_key_id" });
    const client = new RoJobClient({ url: node.url, apiKey: KEY, retry: { times: 0 } });
    await expect(client.exec("a: [")).rejects.toMatchObject({
      status: 400,
      code: "bad_yaml",
      message: expect.stringMatching(/line 1/),
    });
    node.ending = new ServiceError("busy");
    await expect(client.exec(ECHO)).rejects.toMatchObject({ status: 503, code: "busy", retryAfterS: 1 });
  });

  it("needs no key for a private node, and works below a path", async () => {
    const node = await startHttp({ PRIVATE: true });
    expect((await new RoJobClient({ url: `${node.url}/` }).exec(ECHO, { a: 1 })).result).toEqual({ a: 1 });
    await expect(new RoJobClient({ url: `${node.url}/base` }).exec(ECHO)).rejects.toMatchObject({ code: "not_found" });
  });

  it("reads the health of a node", async () => {
    const node = await startHttp();
    const client = new RoJobClient({ url: node.url, apiKey: KEY });
    expect(await client.health()).toEqual({ alive: true, ready: true });
    node.ready = "no worker is up";
    expect(await client.health()).toMatchObject({
      alive: true,
      ready: false,
      reason: expect.stringMatching(/no worker is up/),
    });
    const nobody = new RoJobClient({ url: "http://127.0.0.1:1" });
    expect(await nobody.health()).toMatchObject({ alive: false, ready: false });
    await expect(nobody.exec(ECHO)).rejects.toThrow(/127.0.0.1:1 did not answer/);
  });

  it("stops waiting when its signal aborts", async () => {
    const node = await startHttp();
    let release = (): void => {};
    node.ending = () => new Promise((resolve) => (release = () => resolve({})));
    const client = new RoJobClient({ url: node.url, apiKey: KEY });
    await expect(client.exec(ECHO, {}, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/i);
    release();
  });

  it("recognises a server that is no node", async () => {
    const server = createServer((_request, response) => response.writeHead(502).end("<html>bad gateway"));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await new RoJobClient({ url }).exec(ECHO).catch((reason) => reason);
    expect(error).toBeInstanceOf(RoJobError);
    expect(error).toMatchObject({ status: 502, code: undefined, message: "The node answered 502" });
  });

  it.each(["", "127.0.0.1:8787", "ftp://x", "nonsense"])("refuses %j as a URL", (url) => {
    expect(() => new RoJobClient({ url })).toThrow(/not the URL of a node.*http:\/\/127.0.0.1:8787/);
  });
});
