import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { RoJobClient } from "../../service/client/index.js";

/** Pauses that the client asked for, ms; it does not wait. */
const { pauses } = vi.hoisted(() => ({ pauses: [] as number[] }));
vi.mock("node:timers/promises", async (original) => ({
  ...(await original<typeof import("node:timers/promises")>()),
  setTimeout: async (ms: number) => void pauses.push(ms),
}));
beforeEach(() => void (pauses.length = 0));

const retry = { times: 3, pauseMs: 5, longestPauseMs: 2000 };
const ended = { uuid: "h-1-2", state: "done", result: { x: 1 }, errors: [], timings: {} };

type Handler = (request: IncomingMessage, response: ServerResponse, call: number) => void;

/** A node that answers as the test says; tells what it was asked. */
async function scripted(handler: Handler) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => handler(request, response, asked.push(request)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, url, client: new RoJobClient({ url, apiKey: "key-of-the-node", retry }) };
}

function reply(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

it("asks again for what it only reads, each time signed anew", async () => {
  const { client, asked } = await scripted((request, response, call) => {
    if (call === 1) request.socket.destroy();
    else if (call === 2) reply(response, 502, {});
    else reply(response, 200, { uuid: "h-1-2", state: "done" });
  });
  expect(await client.get("h-1-2")).toMatchObject({ state: "done" });
  expect(new Set(asked.map(({ headers }) => headers["x-rojob-nonce"])).size).toBe(3);
});

it("sends a run once when the connection breaks: it may have begun", async () => {
  const { client, asked } = await scripted((request) => request.socket.destroy());
  await expect(client.exec("jobs: []")).rejects.toMatchObject({ name: "RoJobError", status: 0 });
  expect(asked).toHaveLength(1);
  await expect(client.kill("h-1-2")).rejects.toMatchObject({ status: 0 });
  expect(asked).toHaveLength(2);
});

it("sends a run with an idempotency key again, and one without waiting always has one", async () => {
  const { client, asked } = await scripted((request, response, call) => {
    if (call % 2 === 1) request.socket.destroy();
    else reply(response, call < 3 ? 200 : 202, ended);
  });
  expect(await client.exec("jobs: []", {}, { idempotencyKey: "mine" })).toMatchObject({ state: "done" });
  expect((await client.submit("jobs: []")).uuid).toBe("h-1-2");
  const keys = asked.map(({ headers }) => headers["idempotency-key"]);
  expect(keys.slice(0, 2)).toEqual(["mine", "mine"]);
  expect(keys[2]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[3]).toBe(keys[2]);
});

it("tries again after the time a busy node asks for", async () => {
  const { client, asked } = await scripted((_request, response, call) => {
    if (call === 1) reply(response, 503, { code: "busy", detail: "busy" }, { "retry-after": "1" });
    else reply(response, 200, ended);
  });
  expect(await client.exec("jobs: []")).toMatchObject({ state: "done" });
  expect(pauses).toEqual([1000]);
  expect(asked).toHaveLength(2);
});

it.each([
  ["a 503 that asks for no second try", 503, {}],
  ["a wait that is too long", 503, { "retry-after": "600" }],
  ["an error of the run", 500, {}],
  ["a refusal", 422, {}],
])("gives up at once on %s", async (_name, status, headers) => {
  const { client, asked } = await scripted((_request, response) => reply(response, status, { detail: "no" }, headers));
  await expect(client.exec("jobs: []")).rejects.toMatchObject({ status, message: "no" });
  expect(asked).toHaveLength(1);
});

it("gives up after so many attempts, and stops when its signal aborts", async () => {
  const { url, client, asked } = await scripted((_request, response) => reply(response, 503, { detail: "no" }));
  await expect(client.get("h-1-2")).rejects.toMatchObject({ status: 503 });
  expect(asked).toHaveLength(4);
  const patient = new RoJobClient({ url, retry: { times: 100, pauseMs: 60_000, longestPauseMs: 60_000 } });
  await expect(patient.get("h-1-2", { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout|aborted/i);
});

it("says so when what answers is no node", async () => {
  const { client } = await scripted((_request, response) => response.end("<html>"));
  await expect(client.get("h-1-2")).rejects.toThrow(/replied 200 without JSON: it is not a node/);
});

it("opens a broken log again where it broke: no line is missing, none comes twice", async () => {
  const event = (id: number, name: string, ...lines: string[]): string =>
    `id: ${id}\nevent: ${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
  const { client, asked } = await scripted((request, response, call) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (call === 1) {
      response.write(`: hello\n\n${event(10, "log", "one", "two")}id: 20\nevent: log\ndata: thr`);
      setTimeout(() => request.socket.destroy(), 50);
    } else if (call === 2) request.socket.destroy();
    else if (call === 3) response.end(event(20, "log", "three", ""));
    else response.end(event(30, "log", "four") + event(30, "end", "{}"));
  });
  const lines: string[] = [];
  for await (const line of client.log("h-1-2", { follow: true })) lines.push(line);
  expect(lines).toEqual(["one", "two", "three", "", "four"]);
  expect(asked.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "10", "10", "20"]);
});

it("ends a log that breaks again and again with an error, and one that nobody wants any more at once", async () => {
  const { client } = await scripted((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(": nothing\n\n");
  });
  await expect(client.log("h-1-2", { follow: true }).next()).rejects.toThrow(/ended the log before/);
  const silent = await scripted((_request, response) => response.writeHead(200).write(": nothing\n\n"));
  const signal = AbortSignal.timeout(50);
  await expect(silent.client.log("h-1-2", { follow: true, signal }).next()).rejects.toThrow(/timeout|aborted/i);
});
