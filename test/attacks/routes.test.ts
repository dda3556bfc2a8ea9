import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signV1, signV2, type V2Input, v1Window } from "../../service/client/index.js";
import { loadConfig } from "../../service/config/index.js";
import type { Route as Entry } from "../../service/http/route.js";
import { routes } from "../../service/http/routes/index.js";
import { NodeAddress } from "../../service/node/node-address.js";
import { makeParts, type Parts } from "../../service/node/node-parts.js";
import { send } from "../http/http-node.js";

const KEY = "key-of-the-clients-in-this-test";
const CLUSTER_KEY = "key-of-the-nodes-in-this-test";
const STRANGER = "key-of-somebody-else-altogether";
const EVIL = "evil.example";

interface Route {
  method: string;
  /** With values for its parameters, and the query that peers send. */
  target: string;
  url: string;
  /** Of the node. */
  port: number;
}

/** A node as it is put together, without workers: nothing here may get as far as those. */
class WholeNode {
  readonly folder = mkdtempSync(join(tmpdir(), "rojob-routes-"));
  readonly routes: Route[] = [];
  stops = 0;
  parts!: Parts;
  port = 0;

  async start(options: string[]): Promise<this> {
    const { config } = loadConfig({ argv: [`WORK=${this.folder}`, "PORT=0", ...options], env: {}, cwd: this.folder });
    const address = new NodeAddress(config);
    this.parts = await makeParts({
      config,
      address,
      apiKey: config.PRIVATE ? undefined : KEY,
      clusterKey: CLUSTER_KEY,
      schedules: [],
      log: pino({ level: "silent" }),
      phase: { isReady: true, isStopping: false, isLeaving: false },
      stop: () => void this.stops++,
    });
    const { http, store } = this.parts;
    await store.start();
    await http.listen({ host: "127.0.0.1", port: 0 });
    address.settle(http.server.address() as never);
    this.port = address.port;
    this.routes.push(...routesOf(http, address.port));
    return this;
  }

  async close(): Promise<void> {
    await this.parts.http.close();
    await this.parts.cluster.close();
    await this.parts.runs.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async ask({ method, target }: Route, headers: Record<string, string> = {}) {
    const answer = await send(this.port, target, { method, headers, body: method === "POST" ? BODY : undefined });
    return { status: answer.status, code: answer.json?.code as string | undefined };
  }
}

const BODY = "jobs: []";

/** Routes that no node has. */
const NOT_SERVED = [
  ["GET", "/"],
  ["POST", "/nowhere"],
  ["DELETE", "/healthz"],
  ["OPTIONS", "/ojob"],
] as const;

/** Every route that the app has registered, and some that it has not. */
function routesOf(app: FastifyInstance, port: number): Route[] {
  const found: Route[] = [];
  const tree = app.printRoutes({ commonPrefix: false, includeHooks: false });
  const path: string[] = [];
  for (const line of tree.split("\n")) {
    const match = /^([│\s]*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (match === null) continue;
    const depth = match[1]!.length / 4;
    path.length = depth;
    path[depth] = match[2]!;
    for (const method of match[3]?.split(", ") ?? []) found.push(routeOf(method, path.join(""), port));
  }
  for (const [method, url] of NOT_SERVED) found.push(routeOf(method, url, port));
  return found;
}

function routeOf(method: string, url: string, port: number): Route {
  const path = url.replaceAll(/:\w+/g, "a-run-of-nobody-1");
  const query = new URLSearchParams({ from: "127.0.0.1:9", cname: "rojob", offer: "offer-of-a-stranger" });
  return { method, url, port, target: url.startsWith("/v1/cluster/") ? `${path}?${query}` : path };
}

/** The entry of a route in the list of routes; undefined for what a node does not serve. */
const entryOf = ({ method, url }: Route): Entry | undefined => entries.get(`${method} ${url}`);
const isPeers = (route: Route): boolean => entryOf(route)?.access === "peer";
const isOpen = (route: Route): boolean => entryOf(route)?.access === "open";
const isUnknown = (route: Route): boolean => entryOf(route) === undefined;
const takesV1 = (route: Route): boolean => {
  const entry = entryOf(route);
  return entry !== undefined && entry.access !== "peer" && entry.takesV1 === true;
};

/** As the node registers them: with a method HEAD for each GET. */
const entries = new Map(
  routes.flatMap((entry) => {
    const url = entry.path.replaceAll(/\{(\w+)\}/g, ":$1");
    const methods = entry.method === "GET" ? ["GET", "HEAD"] : [entry.method];
    return methods.map((method) => [`${method} ${url}`, entry] as const);
  }),
);

let count = 0;
const newNonce = () => `0123456789abcdef-${(++count).toString(36)}`;

function signed(route: Route, apiKey: string, changes: Partial<V2Input> = {}): Record<string, string> {
  const { method, target, port } = route;
  const date = String(Math.floor(Date.now() / 1000));
  const entry = entryOf(route);
  // A route that checks the head has it signed before there is a body.
  const checksHead = entry?.access === "peer" && entry.onHead !== undefined;
  const body = method === "POST" && !checksHead ? BODY : "";
  const usual = { apiKey, method, to: `127.0.0.1:${port}`, target, body, date, nonce: newNonce() };
  return signV2({ ...usual, ...changes });
}

const v1 = ({ method, target }: Route, apiKey: string): Record<string, string> => ({
  auth: signV1({ apiKey, window: v1Window(Date.now()), uri: target, data: method === "POST" ? BODY : "" }),
});

describe.each([
  ["with an APIKEY", ["APIKEY=" + KEY]],
  ["with PRIVATE=true", ["PRIVATE=true"]],
])("every route of a node %s", (name, options) => {
  const isPrivate = name.includes("PRIVATE");
  const node = new WholeNode();
  beforeAll(() => node.start(options));
  afterAll(async () => {
    const { runs } = await node.parts.runs.list({ limit: 10 });
    expect([runs, node.stops]).toEqual([[], 0]);
    await node.close();
  });

  it("is in the list of routes", () => {
    const served = node.routes.filter((route) => !NOT_SERVED.some(([, url]) => url === route.url && isUnknown(route)));
    expect(served.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([...entries.keys()].sort());
  });

  /** Asks every route, and says which did not answer as they have to. */
  async function walk(
    headersOf: (route: Route) => Record<string, string>,
    wanted: (route: Route) => string | undefined,
  ) {
    const wrong: unknown[] = [];
    for (const route of node.routes) {
      const expected = wanted(route);
      if (expected === undefined) continue;
      const { status, code } = await node.ask(route, headersOf(route));
      // HEAD is answered without the body that says why.
      const isSame = route.method === "HEAD" ? expected.startsWith(`${status} `) : `${status} ${code}` === expected;
      if (!isSame) wrong.push([route.method, route.url, `${status} ${code}`, expected]);
    }
    expect(wrong).toEqual([]);
  }

  it("is known to this test", () => {
    const urls = node.routes.map(({ method, url }) => `${method} ${url}`);
    expect(urls.length).toBeGreaterThan(35);
    for (const one of [
      "POST /ojob",
      "GET /metrics",
      "DELETE /v1/runs/:uuid",
      "POST /v1/cluster/beats",
      "POST /v1/cluster/runs",
      "GET /healthz",
    ])
      expect(urls).toContain(one);
  });

  it("refuses what a page of elsewhere sends, whatever else it sends", async () => {
    const pages: Record<string, string>[] = [
      { origin: `https://${EVIL}` },
      { origin: "null" },
      { origin: "http://localhost:3000" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: `http://${EVIL}:8787`, host: `${EVIL}:8787` },
    ];
    for (const page of pages) {
      await walk(
        () => page,
        () => "403 cross_origin",
      );
      await walk(
        () => ({ ...page, authorization: `Bearer ${KEY}` }),
        () => "403 cross_origin",
      );
      await walk(
        (route) => ({ ...page, ...signed(route, CLUSTER_KEY) }),
        () => "403 cross_origin",
      );
    }
  });

  it("refuses a name that is none of the node, when no key comes with it", async () => {
    for (const host of [EVIL, `${EVIL}:8787`, `127.0.0.1.${EVIL}`, "203.0.113.9"]) {
      await walk(
        () => ({ host }),
        () => "421 foreign_host",
      );
      await walk(
        () => ({ host, authorization: `Bearer ${STRANGER}` }),
        () => "421 foreign_host",
      );
    }
    // A signature is looked at where it is asked for, and nowhere else.
    await walk(
      (route) => ({ host: EVIL, ...signed(route, STRANGER) }),
      (route) =>
        isPeers(route) || !(isPrivate || isOpen(route) || isUnknown(route)) ? "401 unknown_key_id" : "421 foreign_host",
    );
  });

  it("refuses who has no key, but for what anybody may ask", async () => {
    await walk(
      () => ({}),
      (route) => {
        if (isPeers(route)) return "401 peer_unsigned";
        return isPrivate || isOpen(route) || isUnknown(route) ? undefined : "401 unauthorised";
      },
    );
  });

  it("refuses another key in every form it can have", async () => {
    const needsKey = (route: Route) => !(isPrivate || isPeers(route) || isOpen(route) || isUnknown(route));
    await walk(
      () => ({ authorization: `Bearer ${STRANGER}` }),
      (route) => (isPeers(route) ? "401 peer_unsigned" : needsKey(route) ? "401 bad_key" : undefined),
    );
    await walk(
      (route) => signed(route, STRANGER),
      (route) => (isPeers(route) || needsKey(route) ? "401 unknown_key_id" : undefined),
    );
    await walk(
      (route) => v1(route, STRANGER),
      (route) =>
        isPeers(route)
          ? "401 peer_unsigned"
          : needsKey(route)
            ? `401 ${takesV1(route) ? "bad_signature" : "v1_refused"}`
            : undefined,
    );
  });

  it("refuses a signature that was used, or is for another node, an earlier process, or another method", async () => {
    const keyOf = (route: Route) => (isPeers(route) ? CLUSTER_KEY : KEY);
    const checks = (route: Route) => isPeers(route) || !(isPrivate || isOpen(route) || isUnknown(route));
    const wrong: [code: string, changes: (route: Route) => Partial<V2Input>][] = [
      ["421 signature_for_other", ({ port }) => ({ to: `127.0.0.1:${port + 1}` })],
      ["421 signature_for_other", () => ({ to: EVIL })],
      ["401 signature_before_start", () => ({ date: String(Math.floor(Date.now() / 1000) - 200) })],
      ["401 signature_expired", () => ({ date: String(Math.floor(Date.now() / 1000) - 400) })],
      ["401 bad_signature", ({ method }) => ({ method: method === "GET" ? "DELETE" : "GET" })],
      ["401 bad_signature", () => ({ target: "/v1/elsewhere" })],
      ["401 bad_signature", () => ({ body: "jobs: [1]" })],
    ];
    for (const [code, changes] of wrong) {
      await walk(
        (route) => signed(route, keyOf(route), changes(route)),
        (route) => (checks(route) ? code : undefined),
      );
    }
    await walk(
      (route) => ({ ...signed(route, keyOf(route)), prefer: "respond-async" }),
      (route) => (checks(route) ? "401 signature_incomplete" : undefined),
    );
    // A nonce counts once for all routes together.
    const [used, usedByPeer] = [newNonce(), newNonce()];
    const nodes = node.routes.find(({ method, url }) => method === "GET" && url === "/v1/nodes")!;
    const self = node.routes.find(({ method, url }) => method === "GET" && url === "/v1/cluster/self")!;
    if (!isPrivate) expect((await node.ask(nodes, signed(nodes, KEY, { nonce: used }))).status).toBe(200);
    expect((await node.ask(self, signed(self, CLUSTER_KEY, { nonce: usedByPeer }))).status).toBe(200);
    await walk(
      (route) => signed(route, keyOf(route), { nonce: isPeers(route) ? usedByPeer : used }),
      (route) => (checks(route) ? "401 signature_replayed" : undefined),
    );
  });

  it("takes a large body where that may hold an oJob, and nowhere else", async () => {
    const takesLarge = (route: Route): boolean => entryOf(route)?.bodyLimit !== undefined;
    expect(node.routes.filter(takesLarge).length).toBeGreaterThan(4);
    const wrong: unknown[] = [];
    for (const route of node.routes) {
      if (!["POST", "DELETE"].includes(route.method) || isUnknown(route) || takesLarge(route)) continue;
      for (const headers of [{ "content-length": "300000" }, { "transfer-encoding": "chunked" }] as Record<
        string,
        string
      >[]) {
        const { status, json } = await send(route.port, route.target, {
          method: route.method,
          headers: { authorization: `Bearer ${KEY}`, ...headers },
          body: " ".repeat(300_000),
        });
        if (status !== 413 || json.code !== "body_too_large") wrong.push([route.method, route.url, headers, status]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("of peers is not opened by the key of clients", async () => {
    const onlyPeers = (code: string) => (route: Route) => (isPeers(route) ? code : undefined);
    await walk(() => ({ authorization: `Bearer ${KEY}` }), onlyPeers("401 peer_unsigned"));
    await walk((route) => v1(route, KEY), onlyPeers("401 peer_unsigned"));
    await walk((route) => signed(route, KEY), onlyPeers("401 unknown_key_id"));
  });
});
