import { connect } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { Hosts, hostsPattern, parseAuthority } from "../../service/config/accepted-hosts.js";
import { type NameOptions, OwnNames } from "../../service/config/own-names.js";
import { OriginCheck } from "../../service/http/auth/origin-check.js";
import { KEY as BROWSER_KEY, startBrowser } from "../browse/browser.js";
import { ECHO, KEY, send, startHttp } from "../http/http-node.js";

const machine = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
const outside = machine.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";

/** Reply of a node with these options to these headers: undefined when they may come in. */
function codeOf(options: Partial<NameOptions>, headers: Record<string, string>, url = "/v1/runs"): string | undefined {
  const check = new OriginCheck(new OwnNames({ HOST: "localhost", LISTEN: "127.0.0.1", ...options }));
  return check.refusal({ url, headers } as never)?.code;
}

describe("names a node is asked by", () => {
  const local = {};
  const onAll = { HOST: "node1.example.org", LISTEN: "0.0.0.0" };
  const listed = { HOSTS: "rojob.example.org, *.team.example.org,other:9000, [fd00::7]" };

  it.each<[string, Partial<NameOptions>]>([
    ["localhost:8787", local],
    ["LOCALHOST:8787", local],
    ["localhost.", local],
    ["localhost", local],
    ["127.0.0.1:9", local],
    ["127.8.7.6", local],
    ["[::1]:8787", local],
    ["[0:0:0:0:0:0:0:1]", local],
    ["[::ffff:127.0.0.1]:8787", local],
    ["Node1.Example.org:1", onAll],
    [`${hostname()}:8787`, onAll],
    [`${outside}:8787`, onAll],
    ["rojob.example.org", listed],
    ["rojob.example.org:31000", listed],
    ["a.team.example.org", listed],
    ["a.b.team.example.org:1", listed],
    ["other:9000", listed],
    ["[fd00:0::7]:8787", listed],
    ["whatever.example", { HOSTS: "*" }],
    ["203.0.113.9:31000", { CONTAINER: true }],
    ["[2001:db8::1]:80", { CONTAINER: true }],
  ])("%j is one", (host, options) => expect(codeOf(options, { host })).toBeUndefined());

  it.each<[string, Partial<NameOptions>]>([
    ["evil.example", local],
    ["localhost.evil.example", local],
    ["evil.example.localhost", local],
    ["127.0.0.1.evil.example:8787", local],
    ["127.0.0.1@evil.example", local],
    ["evil.example#localhost", local],
    ["localhost:8787:80", local],
    ["localhost:0", local],
    ["localhost:99999", local],
    ["2130706433", local],
    ["0x7f.1", local],
    ["[::1", local],
    ["[::1]evil", local],
    ["::1", local],
    ["", local],
    [" ", local],
    ["localhost, evil.example", local],
    [outside === "127.0.0.1" ? "203.0.113.9" : outside, local],
    ["203.0.113.9", onAll],
    ["node1.example.org.evil.example", onAll],
    ["team.example.org", listed],
    ["evilteam.example.org", listed],
    ["other:9001", listed],
    ["other", listed],
    ["evil.example", { CONTAINER: true }],
    ["203.0.113.9.evil.example", { CONTAINER: true }],
  ])("%j is none", (host, options) => expect(codeOf(options, { host })).toBe("foreign_host"));

  it("count also in a target that names them, and need not be said by HTTP/1.0", () => {
    expect(codeOf({}, { host: "localhost" }, "http://evil.example/v1/runs")).toBe("foreign_host");
    expect(codeOf({}, { host: "evil.example" }, "http://localhost:8787/v1/runs")).toBeUndefined();
    expect(codeOf({}, { host: "localhost" }, "evil.example:80")).toBe("foreign_host");
    expect(codeOf({}, {})).toBeUndefined();
    expect(codeOf({}, { host: "evil.example" }, "*")).toBe("foreign_host");
  });
});

describe("pages", () => {
  const own = { host: "localhost:8787" };

  it.each<[Record<string, string>, Partial<NameOptions>]>([
    [{ ...own, origin: "http://localhost:8787" }, {}],
    [{ ...own, origin: "http://localhost:8787", "sec-fetch-site": "same-origin" }, {}],
    [{ ...own, "sec-fetch-site": "none" }, {}],
    [{ host: "[::1]:8787", origin: "http://[::1]:8787" }, {}],
    [{ host: "a.example.org:443", origin: "https://a.example.org" }, { HOSTS: "*.example.org" }],
    [{ host: "a.example.org", origin: "https://a.example.org" }, { HOSTS: "*" }],
    // A balancer addresses its nodes by names of its own.
    [{ host: "rojob:8787", origin: "https://jobs.example.org" }, { HOSTS: "rojob,jobs.example.org" }],
  ])("%j are the node's own", (headers, options) => expect(codeOf(options, headers)).toBeUndefined());

  it.each<[Record<string, string>, Partial<NameOptions>]>([
    [{ ...own, origin: "https://evil.example" }, {}],
    [{ ...own, origin: "null" }, {}],
    [{ ...own, origin: "" }, {}],
    [{ ...own, origin: "file://" }, {}],
    [{ ...own, origin: "chrome-extension://abcdef" }, {}],
    // Another program of the same machine serves it.
    [{ ...own, origin: "http://localhost:3000" }, {}],
    [{ ...own, origin: "http://127.0.0.1:8787" }, {}],
    [{ ...own, origin: "http://localhost:8787.evil.example" }, {}],
    [{ ...own, "sec-fetch-site": "cross-site" }, {}],
    [{ ...own, "sec-fetch-site": "same-site" }, {}],
    [{ ...own, "sec-fetch-site": "cross-site, none" }, {}],
    [{ ...own, "sec-fetch-site": "" }, {}],
    [{ ...own, origin: "http://localhost:8787", "sec-fetch-site": "cross-site" }, {}],
    [{ host: "evil.example:8787", origin: "http://evil.example:8787" }, {}],
    [{ origin: "http://evil.example" }, {}],
    // Any name is the node's own, but not any other page.
    [{ host: "a.example", origin: "https://b.example" }, { HOSTS: "*" }],
    [{ host: "a.example.org", origin: "https://b.example.org" }, { HOSTS: "*.example.org" }],
  ])("%j are of elsewhere", (headers, options) => expect(codeOf(options, headers)).toBe("cross_origin"));
});

describe("HOSTS", () => {
  it.each(["a", "*", "a,b", " a , b:80 ", "*.example.org:443", "10.0.0.1", "[::1]:80", "under_score"])(
    "may be %j",
    (text) => expect(text).toMatch(new RegExp(hostsPattern.regex)),
  );
  it.each(["", ",", "a,", "http://a", "a/b", "a:0", "a:99999", "*a", "a.*", "**", "*.", "::1", "a b", "*:80"])(
    "may not be %j",
    (text) => expect(text).not.toMatch(new RegExp(hostsPattern.regex)),
  );
  it("takes the ports of http and https as said when they are left out", () => {
    const hosts = new Hosts("a:443,b:80,c:8080");
    const has = (text: string) => hosts.has(parseAuthority(text)!);
    expect(["a", "a:443", "a:444", "b", "c", "c:8080"].map(has)).toEqual([true, true, false, true, false, true]);
  });
});

/** Sends bytes as they are, and gives the status line and the body of what comes back. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk));
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("a name that is none of the node", () => {
  const host = "evil.example";

  it("opens nothing on a node without a key, whatever is sent with it", async () => {
    const node = await startHttp({ PRIVATE: true });
    const all: Record<string, string>[] = [{}, { authorization: `Bearer ${KEY}` }, { auth: "0".repeat(64) }];
    for (const credentials of all) {
      const answer = await send(node.port, "/ojob", { body: ECHO, headers: { host, ...credentials } });
      expect([answer.status, answer.json.code, answer.json.result]).toEqual([421, "foreign_host", 0]);
      expect(answer.json.detail).toContain("HOSTS");
    }
    expect(node.specs).toEqual([]);
  });

  it("is excused by the key, and by a signature that is then checked", async () => {
    const node = await startHttp();
    const ask = async (path: string, headers: Record<string, string>) =>
      (await send(node.port, path, { body: ECHO, headers: { host, ...headers } })).json.code;
    expect(await ask("/ojob", { authorization: `Bearer ${KEY}` })).toBeUndefined();
    expect(await ask("/ojob", { authorization: "Bearer wrong" })).toBe("foreign_host");
    expect(await ask("/ojob", { auth: "0".repeat(64) })).toBe("bad_signature");
    // Nobody checks a signature there.
    for (const path of ["/healthz", "/nowhere"]) expect(await ask(path, { auth: "0".repeat(64) })).toBe("foreign_host");
    expect(node.specs).toHaveLength(1);
  });

  it("is refused where the target is no sound one, too, and HTTP/1.0 without a name is served", async () => {
    const node = await startHttp({ PRIVATE: true });
    expect(await raw(node.port, `GET /%zz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toContain(" 421 ");
    expect(
      await raw(node.port, `GET http://${host}/v1/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    ).toContain(" 421 ");
    expect(await raw(node.port, "GET /healthz HTTP/1.0\r\n\r\n")).toContain(" 200 ");
  });
});

describe("the page of the work folder", () => {
  const host = "evil.example";

  it("is not shown to who comes by a name that is none of its server, without the key", async () => {
    const open = await startBrowser({ apiKey: null });
    for (const target of ["/", "/reports/sum.csv", "/healthz", "/%zz", "/nowhere"]) {
      expect((await open.get(target, { host })).status).toBe(421);
    }
    expect((await open.get("/", {})).status).toBe(200);
    // Browsers ask for the key only when they are asked for it.
    const locked = await startBrowser();
    expect((await locked.get("/", { host })).status).toBe(401);
    expect((await locked.get("/", { host, authorization: `Bearer ${BROWSER_KEY}` })).status).toBe(200);
  });
});
