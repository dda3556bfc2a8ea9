import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import type { RunRecord } from "../../service/model/record.js";
import { type CallbackOptions, Callbacks } from "../../service/runs/callbacks.js";
import type { PendingCallbacks } from "../../service/runs/pending-callback-files.js";
import { noteLog, until } from "./work-folder.js";

/** A receiver, what came to it, and the answers that it has not given yet. */
async function receiver() {
  const heard: string[] = [];
  const open: ServerResponse[] = [];
  const server = createServer((request, response) => {
    heard.push(String(request.headers["x-rojob-uuid"]));
    open.push(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, open, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function recordOf(url: string): RunRecord {
  return {
    ...{ uuid: "tests-1-1", state: "done", file: "ojob", sourceHash: "", args: {}, by: "test", isAsync: true },
    ...{ node: "tests:1", priority: 0, retries: 0, attempt: 1, acceptedAt: 1, endedAt: 2, errors: [] },
    callback: { url, state: "waiting", attempts: [] },
  };
}

/**
 * Callbacks whose storage fails.
 * @param failures how often what came of an attempt cannot be kept
 * @param refusals how often an attempt cannot be claimed
 */
function callbacksWith(failures: number, refusals = 0) {
  const removed: string[] = [];
  const kept: RunRecord[] = [];
  const pending: PendingCallbacks = {
    add: async () => undefined,
    remove: async (uuid) => void removed.push(uuid),
    ended: async () => kept.filter(({ callback }) => callback?.state === "waiting"),
    take: async () => {
      if (refusals-- > 0) throw new ServiceError("storage_full", { reason: "the test says so" });
      return true;
    },
  };
  const options: CallbackOptions = {
    pending,
    hosts: "127.0.0.1",
    apiKey: undefined,
    update: async (record) => {
      if (failures-- > 0) throw new ServiceError("queue_unavailable", { reason: "the test says so" });
      kept.push(record);
    },
    result: async () => "{}",
    log: noteLog().log,
  };
  return { callbacks: new Callbacks(options), removed, kept };
}

test("a callback that was delivered is not delivered again because that cannot be kept for a while", async () => {
  const { heard, open, url } = await receiver();
  const { callbacks, removed, kept } = callbacksWith(4);
  const record = recordOf(url);
  callbacks.ended(record, "{}");
  await until(() => open.length === 1);
  open[0]!.end();
  // Whoever looks for what is owed meanwhile finds that somebody is at it.
  for (let times = 0; times < 3; times++) callbacks.resume([record]);
  await until(() => removed.length === 1);
  expect(kept.map(({ callback }) => callback?.state)).toEqual(["delivered"]);
  await callbacks.close();
  expect(heard).toEqual([record.uuid]);
});

test("a node that stops waits for the answer to a callback that has been heard, so that its next life does not repeat it", async () => {
  const { heard, open, url } = await receiver();
  const { callbacks, kept, removed } = callbacksWith(0);
  callbacks.ended(recordOf(url), "{}");
  await until(() => open.length === 1);
  const closing = callbacks.close();
  open[0]!.end();
  await closing;
  expect(kept.map(({ callback }) => callback?.state)).toEqual(["delivered"]);
  expect([heard.length, removed.length]).toEqual([1, 1]);
});

test("a callback that cannot be claimed because the disk is full is sent when there is space", async () => {
  const { heard, open, url } = await receiver();
  const { callbacks, removed } = callbacksWith(0, 1);
  const record = recordOf(url);
  callbacks.ended(record, "{}");
  await until(() => open.length === 1);
  open[0]!.end();
  await until(() => removed.length === 1);
  await callbacks.close();
  expect(heard).toEqual([record.uuid]);
});

test.each([0, 1000, 65_536, 70_000, 131_072, 1_000_000])(
  "an answer of %d bytes that its connection ends is a delivery, and ends no process",
  async (size) => {
    // A client that has paused reading, from 64 KB on, must bear the end of the connection: undici 6 asserts then.
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        socket.end(Buffer.alloc(size, "a"));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { callbacks, removed, kept } = callbacksWith(0);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const records = Array.from({ length: 20 }, (_, at) => ({ ...recordOf(url), uuid: `tests-1-${at}` }));
    for (const record of records) callbacks.ended(record, "{}");
    await until(() => removed.length === records.length);
    await callbacks.close();
    expect(kept.map(({ callback }) => callback?.state)).toEqual(records.map(() => "delivered"));
  },
);
