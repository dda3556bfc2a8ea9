import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { abortRequest } from "../../service/base/abort-request.js";

/** Ways in which a server ends its reply, after a first line. */
const ENDS: Record<string, (response: ServerResponse) => unknown> = {
  "is complete": (response) => response.end("rest"),
  "closes its connection": (response) => response.setHeader("connection", "close").end("rest"),
  "does not end": (response) => response.flushHeaders(),
  "breaks off": (response) => setTimeout(() => response.destroy(), 3),
};
const MOMENTS: Record<string, (abort: () => void) => unknown> = {
  "at once": (abort) => abort(),
  "in a microtask": (abort) => queueMicrotask(abort),
  "in the next tick": (abort) => process.nextTick(abort),
  "in the next turn": (abort) => setImmediate(abort),
  "a little later": (abort) => setTimeout(abort, 5),
};
const cases = Object.keys(ENDS).flatMap((end) => Object.keys(MOMENTS).map((moment) => [end, moment] as const));

/** Sends a request and reads the first piece of its reply. */
async function begun(end: string, signal: AbortSignal): Promise<IncomingMessage> {
  const server = createServer((_request, response) => {
    if (end !== "closes its connection") response.write("line\n");
    ENDS[end]!(response);
  });
  const agent = new Agent({ keepAlive: true });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const sent = request({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, agent });
  abortRequest(sent, signal);
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on("error", reject).on("response", resolve).end();
  });
  if (end !== "does not end" || reply.readableLength > 0) await reply[Symbol.asyncIterator]().next();
  return reply;
}

// vitest fails for an exception that nobody catches, whichever test it belongs to.
test.each(cases)("a request whose reply %s can be aborted %s after its first piece was read", async (end, moment) => {
  const controller = new AbortController();
  const reply = await begun(end, controller.signal);
  await new Promise<void>((resolve) => {
    MOMENTS[moment]!(() => {
      controller.abort(new Error("not wanted"));
      resolve();
    });
  });
  await delay(20);
  expect(reply.destroyed || reply.complete).toBe(true);
});

test("a request without a reply fails with the reason of the signal", async () => {
  const server = createServer(() => undefined);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const controller = new AbortController();
  const sent = request({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  abortRequest(sent, controller.signal);
  const failure = once(sent.end(), "response").catch((error: unknown) => error);
  await once(server, "request");
  controller.abort("not wanted");
  expect(await failure).toMatchObject({ name: "AbortError", code: "ABORT_ERR", cause: "not wanted" });
});

test("a signal that has aborted before fails the request", async () => {
  const sent = request({ host: "127.0.0.1", port: 1 });
  abortRequest(sent, AbortSignal.abort("before"));
  expect(await once(sent.end(), "response").catch((error: unknown) => error)).toMatchObject({ cause: "before" });
});

test("no module gives a signal to node:http itself", () => {
  const service = path.resolve(import.meta.dirname, "../../service");
  const files = readdirSync(service, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const texts = files.map((name) => ({ name, text: readFileSync(path.join(service, name), "utf8") }));
  const users = texts.filter(({ text }) => /from "node:https?"/.test(text));
  expect(users.length).toBeGreaterThan(3);
  const byOption = users.filter(({ text }) => /\b(?:request|get)\([^;]*\{[^;]*\bsignal\b[^;]*\}\);/.test(text));
  expect(byOption.map(({ name }) => name)).toEqual([]);
});
