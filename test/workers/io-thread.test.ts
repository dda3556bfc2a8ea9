import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { bundleThread } from "../../service/base/thread-source.js";
import { IoClient, type IoEvent, THREAD_BUNDLE } from "../../service/workers/io/io-client.js";

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "rojob-io-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An I/O thread with code of a test behind its own. */
function threadWith(code: string): IoClient {
  const folder = scratch();
  const thread = bundleThread(new URL("../../service/workers/io/io-client.ts", import.meta.url).href);
  writeFileSync(
    join(folder, THREAD_BUNDLE),
    `${thread}\n;{ const { port } = require("node:worker_threads").workerData; ${code} }`,
  );
  const before = process.env.ROJOB_BUNDLES;
  process.env.ROJOB_BUNDLES = folder;
  try {
    return new IoClient();
  } finally {
    if (before === undefined) delete process.env.ROJOB_BUNDLES;
    else process.env.ROJOB_BUNDLES = before;
  }
}

/** Events of an operation up to its last one; the event loop goes on meanwhile. */
async function whole(client: IoClient, id: number): Promise<IoEvent[]> {
  const events: IoEvent[] = [];
  while (events.at(-1)?.type !== "end") {
    events.push(...client.poll(0).filter((event) => event.id === id));
    await pause(1);
  }
  return events;
}

/** A server that ends each connection with its reply: as many bytes as the path says, announced or not. */
async function closingServer(): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (request) => {
      const [, announced, length] = /^\w+ \/(\w+)\/(\d+)/.exec(String(request))!;
      const size = announced === "announced" ? `Content-Length: ${length}\r\n` : "";
      socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\n${size}\r\n`);
      socket.end(Buffer.alloc(Number(length), "x"));
    });
  });
  return listen(server);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.each(["announced", "unannounced"])(
  "a reply whose end (%s) closes the connection comes whole, into a file too",
  async (kind) => {
    const port = await closingServer();
    const client = threadWith("");
    const cwd = scratch();
    for (const size of [0, 1000, 65_400, 65_536, 131_072, 1_000_000, 20_000_000]) {
      const params = { cwd, method: "GET", url: `http://127.0.0.1:${port}/${kind}/${size}`, headers: {} };
      const events = await whole(client, client.start("http", params));
      const received = events.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
      expect([events.at(-1)!.data, received]).toEqual([{}, size]);

      const toFile = await whole(client, client.start("http", { ...params, toFile: "reply" }));
      expect(toFile.at(-1)!.data).toEqual({ written: size });
      expect(statSync(join(cwd, "reply")).size).toBe(size);
    }
    expect(readFileSync(join(cwd, "reply")).every((byte) => byte === 120)).toBe(true);
  },
);

test("a server that is silent for too long is given up, before its reply and within it; slow ones are not", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", async (request) => {
      if (String(request).startsWith("GET /silent")) return;
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nx");
      if (String(request).startsWith("GET /stops")) return;
      for (let count = 0; count < 7; count++) {
        await pause(200);
        socket.write("x");
      }
    });
  });
  const port = await listen(server);
  const client = threadWith("");
  const endOf = async (path: string): Promise<unknown> => {
    const params = {
      cwd: "/",
      method: "GET",
      url: `http://127.0.0.1:${port}${path}`,
      headers: {},
      readTimeoutMs: 1000,
    };
    return (await whole(client, client.start("http", params))).at(-1)!.data;
  };
  expect(await endOf("/silent")).toMatchObject({ code: "EREADTIMEDOUT" });
  expect(await endOf("/stops")).toMatchObject({ code: "EREADTIMEDOUT" });
  expect(await endOf("/slow")).toEqual({});
});

test.each([
  ["GET", {}],
  ["POST", { code: "ECONNRESET" }],
])("a %s over a kept connection that the server drops ends with %j", async (method, end) => {
  const counts: number[] = [];
  const server = createServer((socket) => {
    let count = 0;
    socket.on("error", () => undefined);
    socket.on("data", () => {
      counts.push(++count);
      // The second request of a connection is what drops it.
      if (count > 1) socket.resetAndDestroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
  });
  const url = `http://127.0.0.1:${await listen(server)}/`;
  const client = threadWith("");
  const params = { cwd: "/", method, url, headers: {} };
  expect((await whole(client, client.start("http", params))).at(-1)!.data).toEqual({});
  const second = (await whole(client, client.start("http", params))).at(-1)!.data;
  expect(second).toMatchObject(end);
  expect(counts).toEqual(method === "GET" ? [1, 2, 1] : [1, 2]);
});

test("an exception in a callback of the thread ends all operations with it, and the worker knows", async () => {
  const client = threadWith(`port.on("message", ({ kind }) => {
    if (kind === "names") setImmediate(() => { throw new Error("a library is broken") });
  });`);
  const url = `http://127.0.0.1:${await listen(createServer(() => undefined))}/`;
  const waiting = client.start("http", { cwd: "/", method: "GET", url, headers: {} });
  client.start("names", { names: [] });
  expect((await whole(client, waiting)).at(-1)!.data).toEqual({ error: "the I/O thread failed: a library is broken" });
  expect(client.failure).toBe("a library is broken");
});

test("a worker that waits for a thread that has ended says so", async () => {
  const client = threadWith(`port.on("message", () => process.exit(1));`);
  client.start("names", { names: [] });
  expect(() => client.poll(60_000)).toThrow("the I/O thread of the worker has failed: it has ended");
  expect(client.failure).toBe("it has ended");
});
