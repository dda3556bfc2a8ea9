import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OwnNames } from "../../service/config/own-names.js";
import { needKey } from "../../service/http/auth/auth.js";
import { ClientActivity } from "../../service/http/auth/client-activity.js";
import { OriginCheck } from "../../service/http/auth/origin-check.js";
import { RunTokens } from "../../service/http/auth/run-tokens.js";
import { signV1, signV2, v1Window } from "../../service/signing/sign.js";
import { ECHO, type HttpNode, KEY, send, startHttp } from "./http-node.js";

describe("a request for what the key opens", () => {
  const v1 = (uri: string, data = ECHO) => ({ auth: signV1({ apiKey: KEY, window: v1Window(Date.now()), uri, data }) });
  let count = 0;
  const v2 = (target: string, body: string, more: Partial<Parameters<typeof signV2>[0]> = {}) => {
    const date = String(Math.floor(Date.now() / 1000));
    const nonce = `nonce-of-auth-parts-${++count}`;
    return signV2({ apiKey: KEY, method: "POST", to: "cluster:rojob", target, body, date, nonce, ...more });
  };
  const ask = async (node: HttpNode, path: string, headers: Record<string, string>, method = "POST") => {
    const answer = await send(node.port, path, { method, headers, body: method === "POST" ? ECHO : undefined });
    return { code: answer.json?.code ?? answer.status, detail: String(answer.json?.detail), headers: answer.headers };
  };

  it("is told what it lacks: anything, the right key, the token of a run that runs, a signature that fits", async () => {
    const node = await startHttp();
    const code = async (headers: Record<string, string>) => (await ask(node, "/ojob?", headers)).code;
    expect(await code({})).toBe("unauthorised");
    expect(await code({ authorization: "Bearer wrong" })).toBe("bad_key");
    expect(await code({ authorization: "Bearer" })).toBe("unauthorised");
    expect(await code({ authorization: "Basic x" })).toBe("unauthorised");
    expect(await code({ authorization: "Bearer run:x:00" })).toBe("bad_run_token");
    expect(await code({ auth: "0" })).toBe("bad_signature");
    expect(await code({ "x-rojob-signature": "0" })).toBe("signature_incomplete");
    // The key counts, whatever else there is.
    expect(await code({ authorization: `BEARER   ${KEY}  `, auth: "0", "x-rojob-signature": "0" })).toBe(200);
    // A signature of version 2 counts before one of version 1.
    expect(await code({ ...v1("/ojob?"), "x-rojob-signature": "0" })).toBe("signature_incomplete");
    expect(await code({ ...v2("/ojob?", ECHO), auth: "0" })).toBe(200);
    expect(node.specs).toHaveLength(2);
  });

  it("hears which version 1 is not taken, and why: by this node, or on this route", async () => {
    const old = await startHttp();
    const route = await ask(old, "/v1/runs", v1("/v1/runs"));
    expect([route.code, route.detail]).toEqual(["v1_refused", expect.stringContaining("/ojob, /run, /yaml and /json")]);
    expect(route.detail).toContain("POST");
    const strict = await startHttp({ SIGNATURES: "v2" });
    const node = await ask(strict, "/ojob?x=1", v1("/ojob?x=1"));
    expect([node.code, node.detail]).toEqual(["v1_refused", expect.stringContaining("SIGNATURES=v2")]);
    // The query may hold what nobody else is to see.
    expect(node.detail).not.toContain("x=1");
  });

  it("without a body is signed as one with an empty body", async () => {
    const node = await startHttp();
    const get = v2("/v1/runs", "", { method: "GET" });
    expect((await ask(node, "/v1/runs", get, "GET")).code).toBe(200);
    const wrong = v2("/v1/runs", "x", { method: "GET" });
    expect((await ask(node, "/v1/runs", wrong, "GET")).code).toBe("bad_signature");
  });

  it("covers the type of its body as the client sent it", async () => {
    const node = await startHttp();
    const headers = { "content-type": "application/yaml; charset=utf-8" };
    const signed = v2("/ojob", ECHO, { headers });
    expect((await ask(node, "/ojob", { ...signed, ...headers })).code).toBe(200);
    const other = v2("/ojob", ECHO, { headers });
    expect((await ask(node, "/ojob", { ...other, "content-type": "application/yaml" })).code).toBe("bad_signature");
  });

  it("that is refused is noted with who asked, for which path, and why", async () => {
    const node = await startHttp();
    await ask(node, "/ojob?secret=1", {});
    expect(node.log).toEqual([
      {
        level: "warn",
        fields: { code: "unauthorised", from: "127.0.0.1", path: "/ojob" },
        message: "Request rejected: not authenticated",
      },
    ]);
  });

  it("with PRIVATE=true needs nothing, and with a key that is empty nothing starts", async () => {
    const node = await startHttp({ PRIVATE: true });
    expect((await ask(node, "/ojob", { authorization: "Bearer whatever" })).code).toBe(200);
    expect((await ask(node, "/ojob", { authorization: "Bearer run:x:00" })).code).toBe(200);
    const config = (PRIVATE: boolean) => ({ PRIVATE }) as never;
    for (const apiKey of ["", undefined]) {
      expect(() => needKey({ config: config(false), apiKey })).toThrow("only a node with PRIVATE=true needs none");
      expect(() => needKey({ config: config(true), apiKey })).not.toThrow();
    }
    expect(() => needKey({ config: config(false), apiKey: "k" })).not.toThrow();
  });
});

describe("the token of a run", () => {
  it("is good as long as its run runs, for who made it", () => {
    const running = ["a-1-2"];
    const tokens = new RunTokens(() => running);
    const token = tokens.tokenOf("a-1-2");
    expect(token).toMatch(/^run:a-1-2:[0-9a-f]{64}$/);
    expect([RunTokens.isToken(token), RunTokens.isToken("Run:x"), RunTokens.isToken("xrun:")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(tokens.runOf(token)).toBe("a-1-2");
    expect(new RunTokens(() => running).runOf(token)).toBeUndefined();
    for (const wrong of [`${token}00`, token.slice(0, -2), token.replace("a-1", "a-2"), "run:a-1-2", "run:"])
      expect([wrong, tokens.runOf(wrong)]).toEqual([wrong, undefined]);
    running.pop();
    expect(tokens.runOf(token)).toBeUndefined();
  });

  it("may be of a run whose id has a colon", () => {
    const tokens = new RunTokens(() => ["[fd00::1]-1-2"]);
    expect(tokens.runOf(tokens.tokenOf("[fd00::1]-1-2"))).toBe("[fd00::1]-1-2");
  });
});

describe("the check of host and origin", () => {
  function originCheck(HOSTS?: string) {
    let asked = 0;
    const names = new OwnNames({ HOST: "localhost", LISTEN: "127.0.0.1", HOSTS });
    const hasHost = names.hasHost.bind(names);
    names.hasHost = (host) => {
      asked++;
      return hasHost(host);
    };
    const made = new OriginCheck(names);
    const refusal = (headers: Record<string, string>, url?: string) => made.refusal({ url, headers } as never);
    return { refusal, asked: () => asked };
  }

  it("names the page or the host name that it refuses", () => {
    const { refusal } = originCheck();
    expect(refusal({ host: "evil.example" })).toMatchObject({ code: "foreign_host", values: { host: "evil.example" } });
    const page = { host: "localhost:1", origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect(refusal(page)).toMatchObject({ code: "cross_origin", values: { origin: "https://evil.example" } });
    const { origin: _, ...site } = page;
    expect(refusal(site)).toMatchObject({ code: "cross_origin", values: { origin: "cross-site" } });
  });

  it("takes a target that is missing as one without a name", () => {
    expect(originCheck().refusal({ host: "localhost" })).toBeUndefined();
    expect(originCheck().refusal({ host: "evil.example" })?.code).toBe("foreign_host");
  });

  it("reads the name in a target in any case, up to its path, query or fragment", () => {
    const { refusal } = originCheck();
    for (const url of [
      "http://localhost",
      "HTTPS://localhost/x",
      "http://localhost?x",
      "http://localhost#x",
      "http://localhost:1/",
    ])
      expect([url, refusal({ host: "evil.example" }, url)]).toEqual([url, undefined]);
    for (const url of ["http://evil.example/localhost", "ftp://localhost/", "localhost/x"])
      expect([url, refusal({ host: "localhost" }, url)?.code]).toEqual([url, "foreign_host"]);
  });

  it("remembers up to a hundred names that are right, and none that are wrong", () => {
    const { refusal, asked } = originCheck("*.example.org");
    const name = (n: number) => ({ host: `n${n}.example.org` });
    for (let n = 0; n < 100; n++) refusal(name(n));
    expect(asked()).toBe(100);
    for (let n = 0; n < 100; n++) expect(refusal(name(n))).toBeUndefined();
    expect(asked()).toBe(100);
    for (let turn = 0; turn < 3; turn++) expect(refusal({ host: "evil.example" })?.code).toBe("foreign_host");
    expect(asked()).toBe(103);
    // One more makes room by forgetting all.
    refusal(name(100));
    refusal(name(100));
    expect(asked()).toBe(104);
    refusal(name(0));
    expect(asked()).toBe(105);
  });

  it.each<[string, string, boolean]>([
    ["localhost", "http://localhost", true],
    ["localhost", "http://localhost:80", true],
    ["localhost:80", "http://localhost", true],
    ["localhost", "https://localhost", true],
    ["localhost", "https://localhost:443", true],
    ["localhost:443", "https://localhost", true],
    ["localhost:443", "http://localhost", false],
    ["localhost:80", "https://localhost", false],
    ["localhost:8787", "http://localhost", false],
    ["localhost", "http://localhost:8787", false],
    ["localhost:8787", "http://localhost:8787", true],
    ["localhost:8787", "HTTP://localhost:8787", true],
    ["127.0.0.1:8787", "http://localhost:8787", false],
    ["localhost", "xhttp://localhost", false],
    ["localhost", "http://", false],
  ])("for a request to %s a page of %s is its own: %s", (host, origin, isOwn) => {
    expect(originCheck().refusal({ host, origin })?.code).toBe(isOwn ? undefined : "cross_origin");
  });

  it("knows no page as its own when the request names no host, or a wrong one", () => {
    expect(originCheck().refusal({ origin: "http://localhost" })?.code).toBe("cross_origin");
    expect(originCheck().refusal({ host: "evil.example", origin: "http://evil.example" })?.code).toBe("cross_origin");
    expect(originCheck("jobs.example.org").refusal({ origin: "https://jobs.example.org" })).toBeUndefined();
  });
});

describe("when clients were last there", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("is known by the time that has passed since", () => {
    const activity = new ClientActivity();
    expect(activity.wasWithin(Number.MAX_SAFE_INTEGER)).toBe(false);
    activity.note(performance.now());
    expect(activity.wasWithin(1)).toBe(true);
    vi.advanceTimersByTime(100);
    expect([activity.wasWithin(100), activity.wasWithin(101)]).toEqual([false, true]);
  });
});
