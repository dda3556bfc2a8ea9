import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { AT_ONCE, PacedBody } from "../../service/http/reply/paced-body.js";
import { startHttp } from "./http-node.js";

const bytes = (length: number, first = 0): Buffer => Buffer.from(Array.from({ length }, (_, n) => (n + first) % 251));

test("a paced body is all of its pieces, in parts that are written in turns of their own", async () => {
  const pieces = [
    Buffer.alloc(0),
    bytes(10),
    bytes(3 * AT_ONCE + 1, 7),
    Buffer.alloc(0),
    bytes(AT_ONCE, 3),
    Buffer.alloc(0),
  ];
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  count();
  const parts: { part: Buffer; turn: number }[] = [];
  for await (const part of new PacedBody(pieces)) parts.push({ part, turn: turns });
  isOver = true;
  expect(Buffer.concat(parts.map(({ part }) => part)).equals(Buffer.concat(pieces))).toBe(true);
  expect(parts.map(({ part }) => part.length)).toEqual([10, AT_ONCE, AT_ONCE, AT_ONCE, 1, AT_ONCE]);
  expect(new Set(parts.map(({ turn }) => turn)).size).toBe(parts.length);
});

test("a paced body without bytes ends", async () => {
  const parts: unknown[] = [];
  for await (const part of new PacedBody([Buffer.alloc(0)])) parts.push(part);
  expect(parts).toEqual([]);
});

test("a client that reads nothing and one that goes away hold up nobody, and no more than their share is read", async () => {
  const piece = bytes(AT_ONCE);
  const bodies: PacedBody[] = [];
  const server = createServer((_request, reply) => {
    const body = new PacedBody(Array.from({ length: 400 }, () => piece));
    bodies.push(body);
    body.pipe(reply);
    reply.on("close", () => body.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = (onReply: (reply: import("node:http").IncomingMessage) => void) =>
    request({ port, host: "127.0.0.1", agent: false }, onReply).end();
  const idle = ask((reply) => void reply.pause());
  const leaving = ask((reply) => void reply.once("data", () => leaving.destroy()));
  leaving.on("error", () => undefined);
  let received = 0;
  await new Promise<void>((resolve) => {
    ask((reply) => void reply.on("data", (chunk: Buffer) => (received += chunk.length)).on("end", resolve));
  });
  expect(received).toBe(400 * AT_ONCE);
  await expect.poll(() => bodies.filter((body) => body.destroyed).length).toBeGreaterThanOrEqual(2);
  // 50 MB would be read of it if its client were not waited for.
  expect(bodies[0]!.readableEnded).toBe(false);
  idle.destroy();
});

test("HEAD of a large result has its length and no body", async () => {
  const node = await startHttp();
  node.ending = { result: JSON.stringify({ a: "x".repeat(300_000) }) };
  const headers = { authorization: "Bearer key-of-the-tests" };
  const ask = (method: string, path: string, body?: string) =>
    new Promise<{ status: number; length: string | undefined; bytes: number; uuid: string }>((resolve, reject) => {
      const sent = request({ port: node.port, host: "127.0.0.1", agent: false, method, path, headers }, (reply) => {
        let bytes = 0;
        reply.on("data", (chunk: Buffer) => (bytes += chunk.length));
        reply.on("end", () =>
          resolve({
            status: reply.statusCode!,
            length: reply.headers["content-length"],
            bytes,
            uuid: String(reply.headers["x-rojob-uuid"]),
          }),
        );
      });
      sent.on("error", reject).end(body);
    });
  const { uuid } = await ask("POST", "/ojob?__async=1", "jobs: []\n");
  await ask("GET", `/v1/runs/${uuid}?wait=30`);
  const whole = 300_008;
  expect(await ask("GET", `/v1/runs/${uuid}/result`)).toMatchObject({
    status: 200,
    length: String(whole),
    bytes: whole,
  });
  expect(await ask("HEAD", `/v1/runs/${uuid}/result`)).toMatchObject({ status: 200, length: String(whole), bytes: 0 });
});
