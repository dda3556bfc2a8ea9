import { existsSync, readdirSync, utimesSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../../service/config/index.js";
import type { RunRecord } from "../../service/model/record.js";
import { type CallbackOptions, Callbacks } from "../../service/runs/callbacks.js";
import { PendingCallbackFiles } from "../../service/runs/pending-callback-files.js";
import { canonicalV2, keyIdOf, v2Headers, v2Signature } from "../../service/signing/sign.js";
import { noteLog, until, workFolder } from "./work-folder.js";

interface Received {
  method?: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver that answers with each of the statuses in turn, the last one for ever; 0: not at all. */
async function receiver(...statuses: number[]) {
  const received: Received[] = [];
  const open = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    open.most = Math.max(open.most, ++open.now);
    response.on("close", () => open.now--);
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url = "", headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 204;
      if (status === 0) return;
      setTimeout(() => response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end(), 20);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { received, open, url: `http://127.0.0.1:${port}/done?job=a%20b` };
}

function makeCallbacks(options: Partial<CallbackOptions> & { workFolder?: string } = {}) {
  const folder = options.workFolder ?? workFolder();
  const { lines, log } = noteLog();
  /** What is kept, by uuid. */
  const kept = new Map<string, RunRecord>();
  const updates: RunRecord[] = [];
  const callbacks = new Callbacks({
    pending: new PendingCallbackFiles({
      workFolder: folder,
      node: () => "here:1",
      get: async (uuid) => kept.get(uuid) ?? endedRun("http://127.0.0.1/", uuid),
      log,
    }),
    hosts: "127.0.0.1",
    apiKey: undefined,
    update: async (record) => {
      updates.push(record);
      kept.set(record.uuid, record);
    },
    result: async () => '{"kept":true}',
    log,
    pausesMs: [20, 20, 20, 20],
    ...options,
  });
  onTestFinished(() => callbacks.close());
  const settled = (uuid = "u-1") =>
    until(() => (kept.get(uuid)?.callback?.state ?? "waiting") !== "waiting", "the end");
  const pending = () =>
    existsSync(join(folder, ".rojob/callbacks"))
      ? readdirSync(join(folder, ".rojob/callbacks")).filter((name) => name !== "sending")
      : [];
  return {
    callbacks,
    folder,
    pending,
    kept,
    updates,
    lines,
    settled,
    callback: (uuid = "u-1") => kept.get(uuid)!.callback!,
  };
}

function endedRun(url: string, uuid = "u-1"): RunRecord {
  return {
    uuid,
    state: "failed",
    name: "my_job",
    file: "a.yaml",
    sourceHash: "",
    args: {},
    by: "127.0.0.1",
    isAsync: true,
    node: "here:1",
    priority: 0,
    retries: 0,
    attempt: 1,
    acceptedAt: 1000,
    startedAt: 1005,
    endedAt: 1105,
    errors: [{ name: "A", error: ["kaboom"] }],
    callback: { url, state: "waiting", attempts: [] },
  };
}

describe("the end of a run is posted", () => {
  test("with what became of it, signed with the key of the node", async () => {
    const { received, url } = await receiver(200);
    const { callbacks, settled, callback, lines } = makeCallbacks({ apiKey: "the-key" });
    callbacks.ended(endedRun(url), '{"x":1}');
    await settled();
    const [post] = received;
    expect(post).toMatchObject({
      method: "POST",
      url: "/done?job=a%20b",
      headers: { "content-type": "application/json; charset=utf-8", "x-rojob-uuid": "u-1" },
    });
    expect(JSON.parse(post!.body)).toEqual({
      uuid: "u-1",
      state: "failed",
      name: "my_job",
      result: { x: 1 },
      errors: [{ name: "A", error: ["kaboom"] }],
      timings: { acceptedAt: 1000, waitMs: 5, runMs: 100 },
    });
    const canonical = canonicalV2({
      method: "POST",
      // No node takes what is meant for a receiver of callbacks.
      to: `callback:${new URL(url).host}`,
      headers: { "content-type": "application/json; charset=utf-8", "x-rojob-uuid": "u-1" },
      target: post!.url,
      body: post!.body,
      date: post!.headers[v2Headers.date] as string,
      nonce: post!.headers[v2Headers.nonce] as string,
      keyId: keyIdOf("the-key"),
    });
    expect(post!.headers[v2Headers.signature]).toBe(v2Signature("the-key", canonical).toString("hex"));
    expect(callback()).toEqual({ url, state: "delivered", attempts: [{ at: expect.any(Number), status: 200 }] });
    expect(lines).toMatchObject([
      { level: "info", fields: { uuid: "u-1", attempt: 1 }, message: "callback delivered" },
    ]);
  });

  test("unsigned by a node without a key, and with null when there is no result", async () => {
    const { received, url } = await receiver();
    const { callbacks, settled } = makeCallbacks();
    callbacks.ended(endedRun(url), "");
    await settled();
    expect(received[0]!.headers[v2Headers.signature]).toBeUndefined();
    expect(JSON.parse(received[0]!.body).result).toBeNull();
  });

  test("only for runs that want it", async () => {
    const { callbacks, kept } = makeCallbacks();
    callbacks.ended({ ...endedRun("http://127.0.0.1:1/"), callback: undefined }, "{}");
    callbacks.resume([{ ...endedRun("x"), callback: { url: "x", state: "delivered", attempts: [] } }]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kept.size).toBe(0);
  });

  test("to a bounded number of receivers at a time, however many runs end", async () => {
    const { received, open, url } = await receiver(200);
    const { callbacks, kept } = makeCallbacks();
    for (let index = 0; index < 60; index++) callbacks.ended(endedRun(url, `u-${index}`), '{"kept":true}');
    await until(() => kept.size === 60);
    expect(received).toHaveLength(60);
    expect(open.most).toBeLessThanOrEqual(8);
    for (const { body } of received) expect(JSON.parse(body).result).toEqual({ kept: true });
  });
});

describe("a receiver that does not take it", () => {
  test.each([500, 503, 408, 425, 429])("with %i is asked again, later each time, until it does", async (status) => {
    const { received, url } = await receiver(status, status, 204);
    const { callbacks, updates, settled, callback } = makeCallbacks({ pausesMs: [20, 150, 20, 20] });
    callbacks.ended(endedRun(url), '{"x":1}');
    await settled();
    expect(callback()).toMatchObject({ state: "delivered", attempts: [{ status }, { status }, { status: 204 }] });
    expect(callback().nextAt).toBeUndefined();
    // When the next attempt is due is kept with each: a pause, up to half shorter, after the one that has just been made.
    const pauses = updates.slice(0, 2).map((one) => one.callback!.nextAt! - one.callback!.attempts.at(-1)!.at);
    expect(pauses[0]).toBeGreaterThanOrEqual(10);
    expect(pauses[1]).toBeGreaterThanOrEqual(75);
    const { attempts } = callback();
    // A timer may be a millisecond early.
    expect(attempts[2]!.at).toBeGreaterThanOrEqual(updates[1]!.callback!.nextAt! - 1);
    // The result is read again: nobody keeps it for so long.
    expect(received.map(({ body }) => JSON.parse(body).result)).toEqual([{ x: 1 }, { kept: true }, { kept: true }]);
  });

  test.each([400, 401, 404, 410, 302])("with %i is not asked again, and not elsewhere", async (status) => {
    const { received, url } = await receiver(status);
    const { callbacks, settled, callback } = makeCallbacks();
    callbacks.ended(endedRun(url), "{}");
    await settled();
    expect(callback()).toMatchObject({ state: "failed", attempts: [{ status, error: `the reply was ${status}` }] });
    expect(received).toHaveLength(1);
  });

  test("is given up after five attempts", async () => {
    const { received, url } = await receiver(500);
    const { callbacks, settled, callback, lines } = makeCallbacks();
    callbacks.ended(endedRun(url), "{}");
    await settled();
    expect(callback().state).toBe("failed");
    expect(callback().attempts).toHaveLength(5);
    expect(received).toHaveLength(5);
    expect(lines).toMatchObject([{ level: "warn", message: "callback given up", fields: { attempt: 5 } }]);
  });

  test("within its time, or is not there at all, is told as such on the run", async () => {
    const { url } = await receiver(0);
    const silent = makeCallbacks({ timeoutMs: 100, pausesMs: [] });
    silent.callbacks.ended(endedRun(url), "{}");
    await silent.settled();
    expect(silent.callback().attempts).toEqual([{ at: expect.any(Number), error: "no reply within 100 ms" }]);
    const absent = makeCallbacks({ pausesMs: [] });
    absent.callbacks.ended(endedRun("http://127.0.0.1:1/"), "{}");
    await absent.settled();
    expect(absent.callback().attempts[0]!.error).toContain("ECONNREFUSED");
  });
});

describe("a node that stops", () => {
  test("leaves what was not delivered to its next life, which goes on counting", async () => {
    const { received, url } = await receiver(500, 204);
    const first = makeCallbacks({ pausesMs: [300] });
    first.callbacks.ended(endedRun(url), "{}");
    await until(() => first.kept.size === 1);
    await first.callbacks.close();
    const left = first.kept.get("u-1")!;
    expect(left.callback).toMatchObject({ state: "waiting", nextAt: expect.any(Number), attempts: [{ status: 500 }] });
    const second = makeCallbacks({ pausesMs: [300] });
    second.callbacks.resume([left]);
    await second.settled();
    expect(received).toHaveLength(2);
    expect(second.callback().attempts[1]!.at).toBeGreaterThanOrEqual(left.callback!.nextAt! - 1);
    expect(second.callback()).toMatchObject({ state: "delivered", attempts: [{ status: 500 }, { status: 204 }] });
  });

  test("finds after a crash what it had promised, without reading every record", async () => {
    const { received, url } = await receiver(200);
    const before = makeCallbacks();
    const records = new Map<string, RunRecord>([
      ["u-ended", endedRun(url, "u-ended")],
      ["u-running", { ...endedRun(url, "u-running"), state: "running", endedAt: undefined }],
      ["u-other", { ...endedRun(url, "u-other"), node: "other:1", endedAt: Date.now() }],
      ["u-told", { ...endedRun(url, "u-told"), callback: { url, state: "delivered", attempts: [] } }],
    ]);
    for (const uuid of [...records.keys(), "u-young", "u-old"]) await before.callbacks.promise(uuid, url);
    utimesSync(join(before.folder, ".rojob/callbacks/u-old"), 1, 1);
    await before.callbacks.close();

    const after = makeCallbacks({ workFolder: before.folder });
    await after.callbacks.recover("here:1", async (uuid) => records.get(uuid));
    after.callbacks.ended(records.get("u-ended")!, "{}"); // told twice, sent once
    await after.settled("u-ended");
    await until(() => !after.pending().includes("u-ended"));
    expect(received.map(({ headers }) => headers["x-rojob-uuid"])).toEqual(["u-ended"]);
    // What runs, is another's, or is being accepted stays; what was told, or never became a run, goes.
    expect(after.pending().sort()).toEqual(["u-other", "u-running", "u-young"]);
  });

  test("and one that was thought dead tell of an end once between them", async () => {
    const { received, url } = await receiver(204);
    const first = makeCallbacks();
    await first.callbacks.promise("u-1", url);
    const get = async (uuid: string) => first.kept.get(uuid) ?? endedRun(url, uuid);
    const pending = () =>
      new PendingCallbackFiles({ workFolder: first.folder, node: () => "here:1", get, log: noteLog().log });
    const lives = Array.from({ length: 4 }, () => {
      const update = async (record: RunRecord) => void first.kept.set(record.uuid, record);
      return makeCallbacks({ workFolder: first.folder, pending: pending(), update });
    });
    for (const { callbacks } of lives) callbacks.ended(endedRun(url), "{}");
    await first.settled();
    await until(() => !first.pending().includes("u-1"));
    const late = makeCallbacks({ workFolder: first.folder, pending: pending() });
    late.callbacks.resume([endedRun(url)]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(received).toHaveLength(1);
    expect(readdirSync(join(first.folder, ".rojob/callbacks/sending"))).toEqual([]);
  });

  test("does not wait for a silent receiver, and does not count that as an attempt", async () => {
    const { received, url } = await receiver(0);
    const { callbacks, kept } = makeCallbacks();
    callbacks.ended(endedRun(url), "{}");
    await until(() => received.length === 1);
    await callbacks.close();
    expect(kept.size).toBe(0);
  });

  test("does not deliver to a host that is not allowed any more", async () => {
    const { received, url } = await receiver();
    const { callbacks, settled, callback } = makeCallbacks({ hosts: "example.org", pausesMs: [] });
    callbacks.resume([endedRun(url)]);
    await settled();
    expect(callback()).toMatchObject({
      state: "failed",
      attempts: [{ error: expect.stringContaining("CALLBACKHOSTS") }],
    });
    expect(received).toEqual([]);
  });
});

describe("the hosts that callbacks may go to", () => {
  const check = (hosts: string | undefined, url: string) => makeCallbacks({ hosts }).callbacks.check(url);

  test.each([
    ["example.org", "https://example.org/x"],
    ["example.org", "http://EXAMPLE.org.:8080/"],
    ["a.org , Example.org:8443", "https://example.org:8443"],
    ["example.org:443", "https://example.org/"],
    ["example.org:80", "http://example.org/"],
    ["*.example.org", "https://a.b.example.org/"],
    ["*.example.org:81", "http://a.example.org:81/"],
    ["[::1]", "http://[0:0:0:0:0:0:0:1]:99/"],
    ["10.0.0.1", "http://10.0.0.1/"],
  ])("%s allows %s", (hosts, url) => {
    expect(() => check(hosts, url)).not.toThrow();
  });

  test.each([
    [undefined, "https://example.org/", "has no CALLBACKHOSTS"],
    ["example.org", "https://example.org.evil.com/", "'example.org.evil.com' is not among"],
    ["example.org", "https://evilexample.org/", "not among"],
    ["example.org:443", "https://example.org:444/", "'example.org:444' is not among"],
    ["*.example.org", "https://example.org/", "not among"],
    ["*.example.org", "https://evilexample.org/", "not among"],
    ["example.org", "ftp://example.org/", "'ftp:' is neither http: nor https:"],
    ["example.org", "file:///etc/passwd", "'file:' is neither"],
    ["example.org", "/relative", "'/relative' is not a URL"],
    ["example.org", "https://me:word@example.org/", "a user name or password"],
    ["127.0.0.1", "http://0x7f.1:80@evil.com/", "a user name or password"],
  ])("%s does not allow %s", (hosts, url, words) => {
    expect(() => check(hosts, url)).toThrow(
      expect.objectContaining({ code: "callback_not_allowed", status: 422, message: expect.stringContaining(words) }),
    );
    expect(() => check(hosts, url)).toThrow("CALLBACKHOSTS");
    expect(() => check(hosts, url)).not.toThrow("me:word");
  });

  test("are checked with the other options", () => {
    const load = (hosts: string) => loadConfig({ argv: [`CALLBACKHOSTS=${hosts}`], env: {}, cwd: "/" });
    expect(load("example.org, *.a.org:80,[::1]:99").config.CALLBACKHOSTS).toContain("a.org");
    for (const wrong of ["https://example.org", "a.org;b.org", "a.*.org", "*", "a.org:port"]) {
      expect(() => load(wrong)).toThrow("must be hosts separated by commas, each a name, name:port or *.domain");
    }
  });
});

test("what a node leaves that never comes back is sent by another one, and what it may still send is not", async () => {
  const folder = workFolder();
  const records = new Map<string, RunRecord>();
  const options = { workFolder: folder, node: () => "other:1", log: noteLog().log };
  const pending = new PendingCallbackFiles({ ...options, get: async (uuid) => records.get(uuid) });
  const url = "http://127.0.0.1:1/";
  const now = Date.now();
  records.set("left", endedRun(url, "left"));
  records.set("just-ended", { ...endedRun(url, "just-ended"), endedAt: now });
  const callback = { url, state: "waiting" as const, attempts: [{ at: 1, error: "no" }], nextAt: now };
  records.set("just-tried", { ...endedRun(url, "just-tried"), callback });
  records.set("runs", { ...endedRun(url, "runs"), endedAt: undefined });
  for (const uuid of records.keys()) await pending.add(uuid, url);
  const uuids = async (node: string, known: string[] = []) =>
    (
      await pending.ended(
        node,
        async (uuid) => records.get(uuid),
        (uuid) => known.includes(uuid),
      )
    ).map(({ uuid }) => uuid);
  expect(await uuids("other:1")).toEqual(["left"]);
  expect(await uuids("other:1", ["left"])).toEqual([]);
  expect((await uuids("here:1")).sort()).toEqual(["just-ended", "just-tried", "left"]);
});

test("the end of a run whose record was damaged is told to the address that was kept beside it", async () => {
  const { received, url } = await receiver(200);
  const { callbacks, kept, pending } = makeCallbacks();
  await callbacks.promise("u-1", url);
  const damaged: RunRecord = { ...endedRun(url), state: "interrupted", callback: undefined };
  // Found damaged, and not ended yet: by whoever looks for what is owed.
  kept.set("u-1", { ...damaged, state: "accepted", endedAt: undefined });
  await callbacks.recover("here:1", async (uuid) => kept.get(uuid));
  expect(pending()).toEqual(["u-1"]);
  kept.set("u-1", damaged);
  await callbacks.recover("here:1", async (uuid) => kept.get(uuid));
  await until(() => pending().length === 0, "the delivery");
  expect(received.map(({ headers }) => headers["x-rojob-uuid"])).toEqual(["u-1"]);
  expect(kept.get("u-1")!.callback).toMatchObject({ url, state: "delivered" });
});
