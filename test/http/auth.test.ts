import { createHash, createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signV1, signV2, v1Window } from "../../service/client/index.js";
import { createHttp } from "../../service/http/index.js";
import { Nonces } from "../../service/signing/nonces.js";
import { V1Verifier } from "../../service/signing/v1.js";
import { V2Verifier } from "../../service/signing/v2.js";
import { ECHO, type HttpNode, KEY, send, startHttp } from "./http-node.js";

const nonce = () => randomBytes(16).toString("hex");
const nowS = () => String(Math.floor(Date.now() / 1000));

function v1(uri: string, data: string, apiKey = KEY, window = v1Window(Date.now())) {
  return { auth: signV1({ apiKey, window, uri, data }) };
}

/** Signed for any node of the cluster: which one it is does not matter here. */
function v2(target: string, body: string, changes: Partial<Parameters<typeof signV2>[0]> = {}) {
  const signed = { apiKey: KEY, method: "POST", to: "cluster:rojob", target, body, date: nowS(), nonce: nonce() };
  return signV2({ ...signed, ...changes });
}

async function statusOf(node: HttpNode, path: string, body: string, headers: Record<string, string>) {
  return (await send(node.port, path, { body, headers })).status;
}

describe("authentication", () => {
  it("refuses a request without credentials before its body is read, and tells nothing of the body or of files", async () => {
    const node = await startHttp({ MAXBODY: 1000 }, { "a.yaml": ECHO });
    for (const [path, body] of [
      ["/ojob", "not: [an ojob"],
      ["/run", "a.yaml"],
      ["/run", "no-such.yaml"],
      ["/run", "../escape.yaml"],
      ["/v1/runs", "{"],
      ["/ojob", "x".repeat(2000)],
    ] as const) {
      const answer = await send(node.port, path, { body });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toBe('Bearer realm="rojob"');
      expect(answer.json).toMatchObject({ result: 0, code: "unauthorised" });
    }
    expect(node.specs).toEqual([]);
  });

  it("takes the key as Bearer, in any case of the scheme, and no other key", async () => {
    const node = await startHttp();
    expect(await statusOf(node, "/ojob", ECHO, { authorization: `Bearer ${KEY}` })).toBe(200);
    expect(await statusOf(node, "/ojob", ECHO, { authorization: `bearer  ${KEY}` })).toBe(200);
    const wrong = await send(node.port, "/ojob", { body: ECHO, headers: { authorization: `Bearer ${KEY}x` } });
    expect([wrong.status, wrong.json.code, wrong.json.result]).toEqual([401, "bad_key", 0]);
    expect(await statusOf(node, "/ojob", ECHO, { authorization: "Basic eDp5" })).toBe(401);
    expect(await statusOf(node, "/ojob", ECHO, { authorization: "Basic eDp5", ...v1("/ojob?", ECHO) })).toBe(200);
  });

  it("never logs keys or signatures, but does log refusals", async () => {
    const node = await startHttp();
    const { auth } = v1("/ojob?", ECHO);
    const expected = signV1({ apiKey: KEY, window: v1Window(Date.now()), uri: "/ojob?secret=1", data: ECHO });
    await statusOf(node, "/ojob?secret=1", ECHO, { auth });
    await statusOf(node, "/ojob", ECHO, { authorization: "Bearer wrong-key" });
    await statusOf(node, "/ojob", ECHO, { ...v2("/ojob", ECHO), "x-rojob-nonce": nonce() });
    expect(node.log.map((line) => line.fields.code)).toEqual(["bad_signature", "bad_key", "bad_signature"]);
    for (const secret of [auth, expected, "wrong-key", KEY, "secret=1"]) {
      expect(JSON.stringify(node.log)).not.toContain(secret);
    }
  });

  it("with PRIVATE=true asks for nothing, but refuses pages of other sites", async () => {
    const node = await startHttp({ PRIVATE: true });
    expect(await statusOf(node, "/ojob", ECHO, {})).toBe(200);
    expect(await statusOf(node, "/ojob", ECHO, { auth: "wrong" })).toBe(200);
    expect(await statusOf(node, "/ojob", ECHO, { origin: node.url })).toBe(200);
    const own = { host: `localhost:${node.port}`, origin: `http://localhost:${node.port}` };
    expect(await statusOf(node, "/ojob", ECHO, own)).toBe(200);
    const rebound = { host: `evil.example:${node.port}`, origin: `http://evil.example:${node.port}` };
    for (const headers of [{ origin: "https://evil.example" }, { origin: "null" }, rebound]) {
      const answer = await send(node.port, "/ojob", { body: ECHO, headers });
      expect([answer.status, answer.json.code, answer.json.result]).toEqual([403, "cross_origin", 0]);
      for (const [method, path] of [
        ["GET", "/v1/runs"],
        ["DELETE", "/v1/runs/a-1-2"],
        ["POST", "/v1/node/stop"],
        ["GET", "/metrics"],
      ] as const)
        expect((await send(node.port, path, { method, headers })).json.code).toBe("cross_origin");
    }
    expect(node.stops).toBe(0);
  });

  it("is never left out for want of a key", async () => {
    const options = {
      apiKey: "",
      runs: {} as never,
      tokens: {} as never,
      node: {} as never,
      log: console,
      ready: () => true as const,
    };
    const start = async () =>
      await createHttp({ ...options, config: { PRIVATE: false, MAXBODY: 1000 } as never }).ready();
    await expect(start).rejects.toThrow("APIKEY is missing");
  });
});

describe("a v1 signature", () => {
  it("is accepted for the previous, the current and the next window, no further", async () => {
    const node = await startHttp();
    const window = v1Window(Date.now());
    for (const [offset, status] of [
      [-1, 200],
      [0, 200],
      [1, 200],
      // Two windows away one may come into reach between signing and checking.
      [-3, 401],
      [3, 401],
    ] as const) {
      expect(await statusOf(node, "/ojob?a=1", ECHO, v1("/ojob?a=1", ECHO, KEY, window + offset))).toBe(status);
    }
    const verifier = new V1Verifier(KEY);
    const start = 1_000_000 * 120_000;
    const { auth } = v1("/ojob?", "x", KEY, 1_000_000);
    const at = (ms: number) => verifier.verify(auth, "/ojob?", Buffer.from("x"), start + ms);
    expect([at(-120_001), at(-120_000), at(239_999), at(240_000)]).toEqual([false, true, true, false]);
  });

  it("is accepted in any letter case, and twice: the scheme has no nonce", async () => {
    const node = await startHttp();
    const { auth } = v1("/ojob?", ECHO);
    for (const sent of [auth, auth, auth.toUpperCase()])
      expect(await statusOf(node, "/ojob?", ECHO, { auth: sent })).toBe(200);
  });

  it("covers the target with or without an empty query's question mark", async () => {
    const node = await startHttp();
    for (const sent of ["/ojob", "/ojob?"]) {
      for (const signed of ["/ojob", "/ojob?"]) expect(await statusOf(node, sent, ECHO, v1(signed, ECHO))).toBe(200);
    }
  });

  it("covers the query as it was sent, however it is encoded", async () => {
    const node = await startHttp();
    for (const query of ["b=x+y", "b=x%20y", "a=%C3%A9&b=%2f", "a=%c3%a9"]) {
      expect(await statusOf(node, `/ojob?${query}`, ECHO, v1(`/ojob?${query}`, ECHO))).toBe(200);
    }
    expect(await statusOf(node, "/ojob?b=x%20y", ECHO, v1("/ojob?b=x+y", ECHO))).toBe(401);
  });

  it("covers the body raw, right-trimmed, or JSON in its compact form", async () => {
    const node = await startHttp();
    const rawSigned = (uri: string, data: string) => {
      const mac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
      const hash = createHash("sha256").update(data).digest("hex");
      return { auth: mac(mac(mac(`roJob${KEY}`, String(v1Window(Date.now()))), uri), hash).toString("hex") };
    };
    const spaced = `${ECHO}\r\n \t\n`;
    const pretty = '{\n  "jobs": [ ],\n  "todo": []\n}\n';
    for (const body of [spaced, pretty]) {
      expect(await statusOf(node, "/ojob?", body, rawSigned("/ojob?", body))).toBe(200);
      expect(await statusOf(node, "/ojob?", body, v1("/ojob?", body))).toBe(200);
    }
    expect(await statusOf(node, "/ojob?", pretty, v1("/ojob?", '{"jobs":[],"todo":[]}'))).toBe(200);
    expect(await statusOf(node, "/ojob?", pretty, v1("/ojob?", '{"jobs":[]}'))).toBe(401);
  });

  it("covers a quoted path of /run with or without its quotes", async () => {
    const node = await startHttp({}, { "a.yaml": ECHO });
    expect(await statusOf(node, "/run", '"a.yaml"', v1("/run?", "a.yaml"))).toBe(200);
    expect(await statusOf(node, "/run", '"a.yaml"', v1("/run?", '"a.yaml"'))).toBe(200);
    expect(await statusOf(node, "/run", '"a.yaml"', v1("/run?", "b.yaml"))).toBe(401);
  });

  it("of another key, target or body, or malformed, is refused with result 0", async () => {
    const node = await startHttp();
    const { auth } = v1("/ojob?", ECHO);
    const wrong = [v1("/ojob?", ECHO, "other"), v1("/ojob?a=1", ECHO), v1("/ojob?", "x")];
    const malformed = [{ auth: "" }, { auth: auth.slice(1) }, { auth: `${auth}, ${auth}` }];
    for (const headers of [...wrong, ...malformed]) {
      const answer = await send(node.port, "/ojob?", { body: ECHO, headers });
      expect(answer.status).toBe(401);
      expect(answer.json).toMatchObject({ result: 0, code: "bad_signature" });
    }
    expect(node.specs).toEqual([]);
  });
});

describe("a v2 signature", () => {
  it("is accepted once", async () => {
    const node = await startHttp();
    const headers = v2("/ojob?a=1", ECHO);
    expect(await statusOf(node, "/ojob?a=1", ECHO, headers)).toBe(200);
    const replayed = await send(node.port, "/ojob?a=1", { body: ECHO, headers });
    expect([replayed.status, replayed.json.code, replayed.json.result]).toEqual([401, "signature_replayed", 0]);
    expect(node.specs).toHaveLength(1);
  });

  it("covers method, path, query, body, date, nonce and key", async () => {
    const node = await startHttp();
    const cases: [string, string, Record<string, string>][] = [
      ["/ojob?a=1", ECHO, v2("/ojob?a=1", ECHO, { method: "PUT" })],
      ["/yaml?a=1", ECHO, v2("/ojob?a=1", ECHO)],
      ["/ojob?a=2", ECHO, v2("/ojob?a=1", ECHO)],
      ["/ojob?a=1&a=2", ECHO, v2("/ojob?a=2&a=1", ECHO)],
      ["/ojob?a=1", `${ECHO}\n`, v2("/ojob?a=1", ECHO)],
      ["/ojob?a=1", ECHO, { ...v2("/ojob?a=1", ECHO), "x-rojob-date": String(Number(nowS()) - 1) }],
      ["/ojob?a=1", ECHO, { ...v2("/ojob?a=1", ECHO), "x-rojob-nonce": nonce() }],
    ];
    for (const [path, body, headers] of cases) {
      const answer = await send(node.port, path, { body, headers });
      expect([answer.status, answer.json.code]).toEqual([401, "bad_signature"]);
    }
    const other = await send(node.port, "/ojob", { body: ECHO, headers: v2("/ojob", ECHO, { apiKey: "other" }) });
    expect([other.status, other.json.code]).toEqual([401, "unknown_key_id"]);
  });

  it("does not mind the order of arguments or their encoding on the way", async () => {
    const node = await startHttp();
    expect(await statusOf(node, "/ojob?b=2&a=x+y", ECHO, v2("/ojob?a=x%20y&b=2", ECHO))).toBe(200);
    expect(await statusOf(node, "/ojob?", ECHO, v2("/ojob", ECHO))).toBe(200);
  });

  it("is refused more than 300 s before and after its date", async () => {
    const node = await startHttp();
    for (const offset of [-310, 310]) {
      const date = String(Number(nowS()) + offset);
      const answer = await send(node.port, "/ojob", { body: ECHO, headers: v2("/ojob", ECHO, { date }) });
      expect([answer.status, answer.json.code]).toEqual([401, "signature_expired"]);
    }
    for (const offset of [-290, 290]) {
      const date = String(Number(nowS()) + offset);
      expect(await statusOf(node, "/ojob", ECHO, v2("/ojob", ECHO, { date }))).toBe(200);
    }
  });

  it("names the header that is missing or malformed", async () => {
    const node = await startHttp();
    for (const name of ["x-rojob-date", "x-rojob-nonce", "x-rojob-key", "x-rojob-signature"]) {
      const headers: Record<string, string> = { ...v2("/ojob", ECHO), [name]: "!" };
      const answer = await send(node.port, "/ojob", { body: ECHO, headers });
      expect([answer.status, answer.json.code]).toEqual([401, "signature_incomplete"]);
      expect(answer.json.detail).toContain(name);
    }
  });

  it("of a query that is not percent-encoded is refused as such", async () => {
    const node = await startHttp();
    const answer = await send(node.port, "/ojob?a=%zz", { body: ECHO, headers: v2("/ojob", ECHO) });
    expect([answer.status, answer.json.code]).toEqual([400, "bad_query"]);
  });

  it("uses up its nonce only when it is right", () => {
    const nonces = new Nonces(300);
    const verifier = new V2Verifier(KEY, { isMeant: () => true, use: (...one) => nonces.use(...one) });
    const headers = v2("/ojob", ECHO);
    const request = { method: "POST", target: "/ojob", headers, body: Buffer.from(ECHO) };
    expect(() => verifier.verify({ ...request, target: "/run" })).toThrow("does not match this request");
    verifier.verify(request);
    expect(() => verifier.verify(request)).toThrow("already used");
  });
});

describe("the memory of nonces", () => {
  it("forgets a nonce only when its signature is out of its time", () => {
    const nonces = new Nonces(300);
    nonces.use("a", 1000, 1000);
    expect(() => nonces.use("a", 1290, 1300)).toThrow("already used");
    expect(() => nonces.use("a", 1600, 1319)).toThrow("already used");
    nonces.use("a", 1400, 1400);
  });

  it("refuses rather than forgets when it is full, and takes more as soon as there is room", () => {
    const nonces = new Nonces(300, 2);
    nonces.use("a", 1000, 1000);
    nonces.use("b", 1000, 1000);
    expect(() => nonces.use("c", 1000, 1000)).toThrow("already remembers 2 nonces");
    nonces.use("c", 1400, 1400);
  });
});
