import { existsSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { job, KEY, TestCluster, type TestNode } from "../cluster/nodes.js";

/** Bodies of 5 MB take their time on a machine that does much else, ms. */
vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000 });
const SIZE = 5_000_000;
const CLIENTS = 2;
const fill = (text: string, size = SIZE): string => text.repeat(Math.floor(size / text.length));
/** A client that asks for the end of the connection with its request may find it closed before all is sent. */
const agent = new Agent({ keepAlive: true });
const guard = pathToFileURL(fileURLToPath(new URL("loop-guard.mjs", import.meta.url))).href;

/** Each is too large for the guard when it is parsed as JSON; as YAML most take from 600 ms to 1700 ms. */
const hostile: [path: string, body: () => string][] = [
  ["/ojob", () => `[${fill("[],")}[]]`],
  ["/json", () => `[${fill("[],")}[]]`],
  ["/ojob", () => fill("[")],
  ["/yaml", () => `a: [${fill("1,")}1]`],
  ["/yaml", () => `a: !!binary "${fill("QUJD")}"`],
  ["/yaml", () => fill("- &a x\n- *a\n")],
  ["/yaml", () => `a: |\n${fill("  a line of text\n")}`],
  ["/v1/runs", () => `{"ojob":"${fill("\\n")}`],
];

interface Reply {
  status: number;
  route: string;
  bytes: Buffer;
}

function send(node: TestNode, path: string, body: Buffer | string, headers: Record<string, string>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body);
    const options = { method: "POST", headers: { ...headers, "content-length": length }, agent };
    const sent = request(node.url + path, options, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const route = String(answer.headers["x-rojob-route"] ?? "");
        resolve({ status: answer.statusCode!, route, bytes: Buffer.concat(pieces) });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const withKey = { authorization: `Bearer ${KEY}` };

describe("the event loop of a node", () => {
  const cluster = new TestCluster();
  const files: string[] = [];
  let a: TestNode;
  let b: TestNode;

  function watched(): { nodeArguments: string[]; options: string[] } {
    const file = join(cluster.folder, `guard-${files.length}`);
    files.push(file);
    return { nodeArguments: ["--import", `${guard}?${encodeURIComponent(file)}`], options: ["MAXRESULT=20MB"] };
  }
  /** Forbidden effects on the nodes. */
  const faults = (): unknown[] =>
    files.flatMap((file) =>
      existsSync(file)
        ? readFileSync(file, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : [],
    );

  beforeAll(async () => {
    a = await cluster.start(watched());
    b = await cluster.join(watched());
    await cluster.together();
  });
  afterAll(async () => {
    agent.destroy();
    await cluster.close();
  });

  it("is watched: a text that is too large is reported", async () => {
    const file = join(cluster.folder, "guard-of-the-test");
    const { execFileSync } = await import("node:child_process");
    const code = `JSON.parse(JSON.stringify("x".repeat(400000)))`;
    execFileSync(process.execPath, ["--import", `${guard}?${encodeURIComponent(file)}`, "-e", code]);
    expect(readFileSync(file, "utf8")).toMatch(/"stringify".*\n.*"parse"/);
  });

  it("is free for others while strangers send the worst", async () => {
    for (const [path, body] of hostile) {
      const bytes = Buffer.from(body());
      // There without the key only.
      const headers: Record<string, string> = path === "/v1/runs" ? {} : { auth: "a".repeat(64) };
      const replies = await Promise.all(Array.from({ length: CLIENTS }, () => send(a, path, bytes, headers)));
      expect(replies.map(({ status }) => status)).toEqual(Array(CLIENTS).fill(401));
    }
    expect(faults()).toEqual([]);
  });

  it("is free for others while who has the key sends the worst", async () => {
    await Promise.all(
      hostile.map(async ([path, body]) => {
        const { status, bytes } = await send(a, path, body(), withKey);
        expect([400, 422]).toContain(status);
        expect(JSON.parse(bytes.toString()).code).not.toBe("internal");
      }),
    );
    expect(faults()).toEqual([]);
  });

  it("is free for others while runs have large results, errors and output", async () => {
    const outcomes: [exec: string, status: number][] = [
      [`__pm.a = "x".repeat(${SIZE})`, 200],
      [`__pm.a = Array.from({ length: 250000 }, (_, i) => "é" + i)`, 200],
      [`throw "x".repeat(${SIZE})`, 200],
      [`__pm.__errors = Array.from({ length: 100000 }, (_, i) => "own " + i); throw "it failed"`, 200],
      [`for (let i = 0; i < 25000; i++) print("line " + i)`, 200],
      [`print("\\n".repeat(250000))`, 200],
    ];
    for (const [exec, status] of outcomes) expect((await send(a, "/ojob", job(exec), withKey)).status).toBe(status);
    expect(faults()).toEqual([]);
  });

  it("is free for others while a large run is accepted, waits, is executed by a peer and comes back", async () => {
    // Compared without toEqual, which takes seconds for a list of that length.
    const args = { list: Array.from({ length: 150_000 }, (_, index) => `é${index}`), note: "x".repeat(1_000_000) };
    const ojob = { jobs: [{ name: "A", exec: "sleep(200, true); __pm.list = args.list" }], todo: ["A"], args };
    const text = JSON.stringify(ojob);
    const replies = await Promise.all(Array.from({ length: 3 }, () => send(a, "/ojob", text, withKey)));
    for (const { status, bytes } of replies) {
      expect(status).toBe(200);
      expect(isDeepStrictEqual(JSON.parse(bytes.toString()).list, args.list)).toBe(true);
    }
    const accepted = await Promise.all(Array.from({ length: 3 }, () => send(a, "/ojob?__async=1", text, withKey)));
    const routes = replies.map(({ route }) => route);
    for (const { status, bytes } of accepted) {
      expect(status).toBe(202);
      const { uuid } = JSON.parse(bytes.toString());
      const { json } = await a.request("GET", `/v1/runs/${uuid}?wait=300`);
      expect(json).toMatchObject({ state: "done", attempt: 1 });
      routes.push(json.route);
      const result = await a.request("GET", `/v1/runs/${uuid}/result`);
      expect(isDeepStrictEqual(result.json.list, args.list)).toBe(true);
    }
    expect(routes.some((route) => route.includes(`peer ${b.identity}`))).toBe(true);
    expect(faults()).toEqual([]);
  });
});
