import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { afterEach, expect, test } from "vitest";
import { rojob } from "./program.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(answers: Record<string, [status: number, body: string]>): Promise<number> {
  const server = createServer((request, reply) => {
    const [status, body] = answers[request.url!]!;
    reply.writeHead(status).end(body);
  });
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

test("a node that answers is healthy; one that is not ready says why", async () => {
  const port = await serve({
    "/healthz": [200, '{"status":"ok"}'],
    "/readyz": [503, '{"detail":"workers are starting"}'],
  });
  expect(await rojob(["health", `PORT=${port}`], { cwd: tmpdir() })).toMatchObject({ code: 0, stdout: "", stderr: "" });
  const notReady = await rojob(["health", "--ready", `PORT=${port}`], { cwd: tmpdir() });
  expect([notReady.code, notReady.stderr]).toEqual([
    1,
    `rojob health: http://127.0.0.1:${port}/readyz: workers are starting\n`,
  ]);
});

test("another program at the address, and nothing there, are not healthy", async () => {
  const port = await serve({ "/healthz": [500, "<html>"] });
  const other = await rojob(["health", `PORT=${port}`], { cwd: tmpdir() });
  expect([other.code, other.stderr]).toEqual([
    1,
    `rojob health: http://127.0.0.1:${port}/healthz: the reply was 500\n`,
  ]);
  const nothing = await rojob(["health", "PORT=1"], { cwd: tmpdir() });
  expect([nothing.code, nothing.stderr]).toEqual([1, "rojob health: http://127.0.0.1:1/healthz: ECONNREFUSED\n"]);
});
