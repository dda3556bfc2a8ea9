import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signV1, signV2, type V2Input, v1Window } from "../../service/client/index.js";
import { OwnNames } from "../../service/config/own-names.js";
import { SignatureMemory } from "../../service/http/index.js";
import { NonceWindows } from "../../service/signing/nonce-windows.js";
import { job, KEY as NODE_KEY, TestCluster } from "../cluster/nodes.js";
import { ECHO, type HttpNode, KEY, send, startHttp } from "../http/http-node.js";

const nowS = () => Math.floor(Date.now() / 1000);
let count = 0;
const nonce = () => `nonce-of-this-test-${++count}`;

function v2(port: number, target: string, changes: Partial<V2Input> = {}) {
  const usual = { apiKey: KEY, method: "POST", to: `127.0.0.1:${port}`, target, body: ECHO };
  return signV2({ ...usual, date: String(nowS()), nonce: nonce(), ...changes });
}

async function codeOf(node: HttpNode, path: string, headers: Record<string, string>, method = "POST") {
  const answer = await send(node.port, path, { method, headers, body: method === "POST" ? ECHO : undefined });
  return answer.json?.code ?? answer.status;
}

describe("a captured signature", () => {
  it("is good for the node it is meant for, and no other", async () => {
    const [a, b] = [await startHttp(), await startHttp()];
    const headers = v2(a.port, "/ojob");
    expect(await codeOf(b, "/ojob", headers)).toBe("signature_for_other");
    expect(await codeOf(b, "/ojob", { ...headers, host: `127.0.0.1:${a.port}` })).toBe("signature_for_other");
    expect(await codeOf(b, "/ojob", { ...headers, "x-rojob-to": `127.0.0.1:${b.port}` })).toBe("bad_signature");
    expect(await codeOf(a, "/ojob", headers)).toBe(200);
    expect(await codeOf(a, "/ojob", headers)).toBe("signature_replayed");
    expect([a.specs.length, b.specs.length]).toEqual([1, 0]);
  });

  it("may be meant for the node's cluster, or a name of HOSTS, and never for a receiver of callbacks", async () => {
    const node = await startHttp({ HOSTS: "jobs.example.org, mapped:9000,*.team.example.org" });
    const any = await startHttp({ HOSTS: "*" });
    const code = (one: HttpNode, to: string) => codeOf(one, "/ojob", v2(one.port, "/ojob", { to }));
    const good = [
      "cluster:rojob",
      "jobs.example.org",
      "jobs.example.org:31000",
      "mapped:9000",
      "a.team.example.org",
      `localhost:${node.port}`,
      `[::1]:${node.port}`,
    ];
    for (const to of good) expect([to, await code(node, to)]).toEqual([to, 200]);
    const bad = [
      "cluster:other",
      "cluster:",
      "mapped",
      "mapped:9001",
      "localhost",
      "evil.example",
      "callback:jobs.example.org",
    ];
    for (const to of bad) expect([to, await code(node, to)]).toEqual([to, "signature_for_other"]);
    expect(await code(any, "whatever.example:1")).toBe(200);
    for (const to of ["callback:whatever.example:1", "cluster:other"])
      expect(await code(any, to)).toBe("signature_for_other");
  });

  it("covers the headers that change what is done", async () => {
    const node = await startHttp();
    for (const [name, value] of [
      ["prefer", "respond-async"],
      ["idempotency-key", "another"],
      ["last-event-id", "1"],
      ["accept", "text/event-stream"],
    ] as const) {
      expect(await codeOf(node, "/ojob", { ...v2(node.port, "/ojob"), [name]: value })).toBe("signature_incomplete");
      const headers = v2(node.port, "/ojob", { headers: { [name]: "" } });
      expect(await codeOf(node, "/ojob", { ...headers, [name]: value })).toBe("bad_signature");
      const { "x-rojob-covers": _, ...uncovered } = v2(node.port, "/ojob", { headers: { [name]: value } });
      expect(await codeOf(node, "/ojob", { ...uncovered, [name]: value })).toBe("signature_incomplete");
    }
    const headers = { prefer: "wait=10", "content-type": "text/plain" };
    const signed = v2(node.port, "/ojob", { headers });
    expect(await codeOf(node, "/ojob", { ...signed, ...headers, prefer: "respond-async" })).toBe("bad_signature");
    expect(await codeOf(node, "/ojob", { ...signed, ...headers, "content-type": "text/html" })).toBe("bad_signature");
    expect(await codeOf(node, "/ojob", { ...signed, "content-type": "text/plain" })).toBe("bad_signature");
    expect(node.specs).toEqual([]);
    expect(await codeOf(node, "/ojob", { ...signed, ...headers, accept: "*/*" })).toBe(200);
  });

  it.each(["", ";", "Prefer", "prefer;", "prefer, accept", "a".repeat(65)])(
    "covers no list like %j",
    async (covers) => {
      const node = await startHttp();
      const headers = { ...v2(node.port, "/ojob"), "x-rojob-covers": covers };
      expect(await codeOf(node, "/ojob", headers)).toBe("signature_incomplete");
    },
  );

  it("of a GET is none of a DELETE, in either version", async () => {
    const node = await startHttp();
    const target = "/v1/runs/a-run-1";
    const signed = v2(node.port, target, { method: "GET", body: "" });
    expect(await codeOf(node, target, signed, "DELETE")).toBe("bad_signature");
    const auth = signV1({ apiKey: KEY, window: v1Window(Date.now()), uri: target, data: "" });
    for (const method of ["GET", "DELETE"]) expect(await codeOf(node, target, { auth }, method)).toBe("v1_refused");
  });
});

describe("signatures of version 1", () => {
  const v1 = (uri: string) => ({ auth: signV1({ apiKey: KEY, window: v1Window(Date.now()), uri, data: ECHO }) });

  it("open the routes of existing clients only", async () => {
    const node = await startHttp({}, { "a.yaml": ECHO });
    expect(await codeOf(node, "/ojob?a=1", v1("/ojob?a=1"))).toBe(200);
    expect(await codeOf(node, "/yaml?", v1("/yaml?"))).toBe(200);
    for (const path of ["/v1/runs", "/v1/node/stop", "/v1/queue/purge", "/v1/nodes"])
      expect(await codeOf(node, path, v1(path))).toBe("v1_refused");
    expect(node.stops).toBe(0);
  });

  it("are refused with SIGNATURES=v2, which version 2 and the key do not mind", async () => {
    const node = await startHttp({ SIGNATURES: "v2" });
    expect(await codeOf(node, "/ojob?", v1("/ojob?"))).toBe("v1_refused");
    expect(await codeOf(node, "/ojob", { authorization: `Bearer ${KEY}` })).toBe(200);
    expect(await codeOf(node, "/ojob", v2(node.port, "/ojob"))).toBe(200);
    expect(await codeOf(node, "/ojob", { ...v1("/ojob?"), ...v2(node.port, "/ojob") })).toBe(200);
  });
});

describe("what is known of signatures after a restart", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "rojob-signatures-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const start = (startS: number) => {
    const memory = new SignatureMemory(startS);
    memory.open(join(folder, "signatures"));
    return memory;
  };
  const use = (memory: SignatureMemory, name: string, dateS: number, now = dateS) => {
    try {
      memory.clients.use(name, dateS, now);
      return "good";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it("when it was stopped: all of it", () => {
    const first = start(1000);
    expect([use(first, "a", 1000), use(first, "b", 1010)]).toEqual(["good", "good"]);
    first.peers.use("life-of-a-peer-5", 1010, 1010);
    first.close();
    const second = start(1020);
    expect(["a", "b"].map((name) => use(second, name, 1010, 1020))).toEqual([
      "signature_replayed",
      "signature_replayed",
    ]);
    // Signed before the start, on its way meanwhile.
    expect(use(second, "c", 1005, 1020)).toBe("good");
    for (const number of [1, 5])
      expect(() => second.peers.use(`life-of-a-peer-${number}`, 1020, 1020)).toThrow("already used");
    second.peers.use("life-of-a-peer-6", 1020, 1020);
    // The kept nonces are used once: the second process dies.
    const third = start(1021);
    expect(use(third, "d", 1020, 1021)).toBe("signature_before_start");
  });

  it("when it died: that all may have been used up to the newest date, also one of a clock that is ahead", () => {
    const first = start(1000);
    expect([use(first, "a", 1000), use(first, "b", 1250, 1010)]).toEqual(["good", "good"]);
    const second = start(1020);
    expect(use(second, "a", 1000, 1020)).toBe("signature_before_start");
    expect(use(second, "b", 1250, 1020)).toBe("signature_before_start");
    expect(use(second, "b", 1250, 1240)).toBe("signature_before_start");
    expect(use(second, "c", 1251, 1240)).toBe("good");
    expect(statSync(join(folder, "signatures")).mode & 0o077).toBe(0);
  });

  it("when it died and was stopped after that: what the life in between did not know", () => {
    expect(use(start(1000), "a", 1000)).toBe("good");
    const second = start(1020);
    expect(use(second, "b", 1020)).toBe("good");
    second.close();
    const third = start(1030);
    expect(["a", "b"].map((name, index) => use(third, name, 1000 + 20 * index, 1030))).toEqual([
      "signature_before_start",
      "signature_replayed",
    ]);
    third.close();
    expect(use(start(1040), "a", 1000, 1040)).toBe("signature_before_start");
  });

  it("when nothing is kept, or what is kept is cut off: that what is dated before the start may have been used", () => {
    const memory = start(1000);
    expect([use(memory, "a", 999), use(memory, "a", 1000)]).toEqual(["signature_before_start", "good"]);
    memory.close();
    const text = readFileSync(join(folder, "signatures"), "utf8");
    expect(text).toContain('"a"');
  });

  it("peers' numbers that were given back count as used up to the newest", () => {
    const windows = new NonceWindows(300);
    windows.use("life-7", 1000, 1000);
    const later = new NonceWindows(300);
    later.restore(windows.kept());
    expect(() => later.use("life-6", 1001, 1001)).toThrow("already used");
    later.use("life-8", 1001, 1001);
  });
});

it("a signature is used once by a whole node, also when that is killed or stopped and started again", async () => {
  const cluster = new TestCluster();
  try {
    const first = await cluster.start();
    const { port, work } = first;
    const text = job("__pm.x = 1");
    const signedFor = (offsetS: number) =>
      signV2({
        apiKey: NODE_KEY,
        method: "POST",
        to: `localhost:${port}`,
        target: "/ojob",
        body: text,
        date: String(nowS() + offsetS),
        nonce: nonce(),
      });
    const post = async (headers: Record<string, string>) => {
      const { status, json } = await send(port, "/ojob", { headers, body: text });
      return json.code ?? status;
    };
    const captured = [signedFor(0), signedFor(120)];
    for (const one of captured) expect(await post(one)).toBe(200);
    first.signal("SIGKILL");
    await first.ended;
    const second = await cluster.start({ port, work });
    for (const one of captured) expect(await post(one)).toBe("signature_before_start");
    const later = signedFor(130);
    expect(await post(later)).toBe(200);
    await second.stop();
    await cluster.start({ port, work });
    for (const one of [...captured, later])
      expect(await post(one)).toMatch(/signature_(replayed|before_start|expired)/);
    // Later than all that the life which died had accepted.
    expect(await post(signedFor(140))).toBe(200);
  } finally {
    await cluster.close();
  }
}, 240_000);

it("names of a node are meant with its own port", () => {
  const names = new OwnNames({ HOST: "node1", LISTEN: "0.0.0.0", HOSTS: "a,b:1", CONTAINER: true });
  const meant = (to: string) => names.isAddress(to, 8787);
  expect(["node1:8787", "localhost:8787", "a", "a:5", "b:1"].map(meant)).toEqual([true, true, true, true, true]);
  expect(["node1", "node1:8788", "b", "203.0.113.9:8787", "", "x y"].map(meant)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(["node1", "node1:80"].map((to) => names.isAddress(to, 80))).toEqual([true, true]);
});
