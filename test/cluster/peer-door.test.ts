import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OFFERS_PATH, Offer } from "../../service/cluster/offer.js";
import { PeerHttp, readText } from "../../service/cluster/peer-http.js";
import { PeerKey } from "../../service/cluster/peer-key.js";
import { NonceWindows } from "../../service/signing/nonce-windows.js";
import { signV2 } from "../../service/signing/sign.js";
import { PATIENCE_MS } from "../patience.js";
import { eventually, job, KEY, TestCluster, type TestNode } from "./nodes.js";

/** What a peer that misbehaves could send. */
describe("the door for peers", () => {
  let cluster: TestCluster;
  let node: TestNode;
  const key = new PeerKey(KEY, "0123456789abcdef");
  const http = new PeerHttp(key);
  const query = { from: "127.0.0.1:9", cname: "rojob" };
  const to = () => ({ host: "127.0.0.1", port: node.port });
  const spec = (exec = "__pm.x = 1") => ({
    uuid: `n-9-${Date.now()}${Math.random()}`,
    text: job(exec),
    file: "ojob",
    args: {},
  });

  beforeAll(async () => {
    cluster = new TestCluster();
    node = await cluster.start({ options: ["BACKLOG=0"] });
  });
  afterAll(async () => {
    http.close();
    await cluster?.close();
  });

  async function accepted(more: Record<string, string> = {}): Promise<Offer> {
    for (const end = Date.now() + PATIENCE_MS; ; ) {
      const answer = await Offer.open(http, to(), { ...query, ...more }, 2_000);
      if (answer.kind === "accepted") return answer.offer;
      if (Date.now() > end) throw new Error(`not accepted: ${JSON.stringify(answer)}`);
      await new Promise((resume) => setTimeout(resume, 50));
    }
  }

  const ask = async (method: string, path: string, body = "") => {
    const { status, body: text } = await http.send(to(), method, `${path}?${new URLSearchParams(query)}`, { body });
    return { status, json: JSON.parse(text || "{}") };
  };
  const free = async () => (await node.nodes())[0]!.load.free;

  it("sets the environment aside before it has the run, and declines the next offer with how busy it is", async () => {
    const offer = await accepted();
    expect(await free()).toBe(0);
    const second = await Offer.open(http, to(), query, 2_000);
    expect(second).toMatchObject({ kind: "declined", status: 503, load: { free: 0 } });
    const answer = await offer.send(key.seal(offer.id, JSON.stringify(spec())));
    const lines = (await readText(answer))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-1).reply).toMatchObject({ state: "done", result: '{"x":1}', route: "worker" });
  });

  it("has the environment back when nothing is sent, or the connection breaks", async () => {
    for (const end of ["release", "abandon"] as const) {
      (await accepted())[end]();
      await eventually(async () => ((await free()) === 1 ? undefined : `not free after ${end}`));
    }
  });

  it("never runs what is sent after its offer was asked about, or ended, in vain", async () => {
    for (const method of ["GET", "DELETE"]) {
      const offer = await accepted();
      const { json } = await ask(method, `${OFFERS_PATH}/${offer.id}`);
      expect(method === "GET" ? json.state : json.stopped).toEqual(method === "GET" ? "unknown" : false);
      const answer = await offer.send(key.seal(offer.id, JSON.stringify(spec())));
      expect([answer.statusCode, JSON.parse(await readText(answer)).code]).toEqual([409, "offer_void"]);
    }
  });

  it("gives the reply again to who lost the connection, with the output that has not come", async () => {
    const offer = await accepted();
    const text = key.seal(
      offer.id,
      JSON.stringify(spec("sleep(300, true); print('late'); print('later'); __pm.x = 2")),
    );
    const sent = offer.send(text).catch(() => undefined);
    await new Promise((resume) => setTimeout(resume, 100));
    offer.abandon();
    await sent;
    // All of it, and again from the second line on.
    for (const [from, lines] of [
      ["0", ["late", "later"]],
      ["1", ["later"]],
    ] as const) {
      const target = `${OFFERS_PATH}/${offer.id}?${new URLSearchParams({ ...query, from_line: from })}`;
      const said = (await http.send(to(), "GET", target)).body
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(said.slice(0, -1)).toEqual(lines.map((line) => ({ out: [1, line] })));
      expect(said.at(-1).reply).toMatchObject({ state: "done", result: '{"x":2}' });
    }
  });

  it("refuses its own runs, strangers, another cluster and what it does not understand", async () => {
    const declined = async (more: Record<string, string>) => {
      const answer = await Offer.open(http, to(), { ...query, ...more }, 2_000);
      return answer.kind === "declined" ? [answer.status, JSON.parse(answer.body).code] : answer.kind;
    };
    expect(await declined({ from: node.identity })).toEqual([409, "offer_returned"]);
    expect(await declined({ cname: "other" })).toEqual([409, "other_cluster"]);
    expect(await declined({ from: "nobody" })).toEqual([400, "peer_not_understood"]);
    for (const wrong of ["{}", "[", JSON.stringify({ ...spec(), text: 1 })]) {
      const offer = await accepted();
      const answer = await offer.send(key.seal(offer.id, wrong));
      expect([answer.statusCode, JSON.parse(await readText(answer)).code]).toEqual([400, "peer_not_understood"]);
    }
    expect((await ask("POST", "/v1/cluster/beats", "no json")).json.code).toBe("peer_not_understood");
    const stranger = new PeerHttp(new PeerKey("another-key-of-the-tests", "fedcba9876543210"));
    const answer = await Offer.open(stranger, to(), query, 2_000);
    stranger.close();
    expect(answer).toMatchObject({ kind: "declined", status: 401 });
    expect(await free()).toBe(1);
  });

  it("refuses a run that was signed for another offer, and requests that are sent again", async () => {
    const offer = await accepted();
    const answer = await offer.send(key.seal(randomUUID(), JSON.stringify(spec())));
    expect([answer.statusCode, JSON.parse(await readText(answer)).code]).toEqual([401, "bad_signature"]);
    const target = `/v1/cluster/self?${new URLSearchParams(query)}`;
    const date = String(Math.floor(Date.now() / 1000));
    const headers = signV2({
      apiKey: KEY,
      method: "GET",
      to: node.identity,
      target,
      body: "",
      date,
      nonce: "0123456789abcdef-zzzz",
    });
    const send = () =>
      new Promise<number>((resolve, reject) => {
        const sent = request({ ...to(), path: target, headers }, (reply) => resolve(reply.resume().statusCode ?? 0));
        sent.on("error", reject);
        sent.end();
      });
    expect([await send(), await send()]).toEqual([200, 401]);
    // The key itself opens the doors of clients only.
    expect((await node.request("GET", target)).status).toBe(401);
  });
});

describe("numbered nonces", () => {
  it("count once each, in any order, and are forgotten by windows", () => {
    const windows = new NonceWindows(300);
    const use = (life: string, number: number, now = 1000) => {
      try {
        windows.use(`${life}-${number.toString(36)}`, now, now);
        return "taken";
      } catch {
        return "refused";
      }
    };
    expect([3, 1, 2, 3, 1].map((number) => use("a", number))).toEqual([
      "taken",
      "taken",
      "taken",
      "refused",
      "refused",
    ]);
    expect(use("b", 1)).toBe("taken");
    expect([5_000, 3, 4_999, 5_000].map((number) => use("a", number))).toEqual([
      "taken",
      "refused",
      "taken",
      "refused",
    ]);
    expect(use("a", 0)).toBe("refused");
  });
});
