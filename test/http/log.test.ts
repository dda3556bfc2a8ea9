import { type ClientRequest, get, type IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { plainFetch } from "../../tools/plain-fetch.js";
import { ECHO, type HttpNode, KEY, post, startHttp } from "./http-node.js";
import { expectProblem } from "./problems.js";

const never = () => new Promise<never>(() => undefined);
const line = (text: string, next: string, isEnd = false) => ({ text, next, isEnd });

interface Open {
  answer: IncomingMessage;
  /** All that came so far. */
  text(): string;
  request: ClientRequest;
  ended: Promise<void>;
}

/** Asks for a log and reads it as it comes. */
function open(node: HttpNode, path: string, headers: Record<string, string> = {}): Promise<Open> {
  return new Promise((resolve, reject) => {
    const target = { port: node.port, path, headers: { authorization: `Bearer ${KEY}`, ...headers }, agent: false };
    const request = get(target, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part));
      const ended = new Promise<void>((end) => answer.on("close", end).on("error", () => undefined));
      resolve({ answer, request, ended, text: () => text });
    });
    request.on("error", reject);
  });
}

async function running(node: HttpNode): Promise<string> {
  node.ending = never;
  return (await post(node, "/ojob?__async=1", ECHO)).json.uuid;
}

const END = (uuid: string, id: string) => `id: ${id}\nevent: end\ndata: {"uuid":"${uuid}","state":"done"}\n\n`;

describe("the log of a run", () => {
  it("is plain text, as far as it has come", async () => {
    const node = await startHttp();
    const uuid = await running(node);
    const empty = await open(node, `/v1/runs/${uuid}/log`);
    await empty.ended;
    expect([empty.answer.statusCode, empty.text()]).toEqual([200, ""]);
    node.runs.say(uuid, line("a\nb\n", "4"));
    node.runs.say(uuid, line("é\n", "7"));
    const log = await open(node, `/v1/runs/${uuid}/log`);
    await log.ended;
    expect(log.text()).toBe("a\nb\né\n");
    expect(log.answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
    const rest = await open(node, `/v1/runs/${uuid}/log?from=4`);
    await rest.ended;
    expect(rest.text()).toBe("é\n");
  });

  it.each([
    ["?follow=true", {}],
    ["?follow", { accept: "*/*" }],
    ["", { accept: "text/event-stream" }],
  ])("is followed as server-sent events with '%s' %j, to the end of the run", async (query, headers) => {
    const node = await startHttp();
    const uuid = await running(node);
    node.runs.say(uuid, line("a\nb\n", "4"));
    const log = await open(node, `/v1/runs/${uuid}/log${query}`, headers as Record<string, string>);
    expect(log.answer.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    const start = "retry: 1000\n\nid: 4\nevent: log\ndata: a\ndata: b\n\n";
    await expect.poll(() => log.text()).toBe(start);
    node.runs.say(uuid, line("50%\r100%\r\n", "14"));
    const more = `${start}id: 14\nevent: log\ndata: 50%\ndata: 100%\n\n`;
    await expect.poll(() => log.text()).toBe(more);
    node.runs.end(uuid, {}, "{}");
    node.runs.say(uuid, line("", "14", true));
    await log.ended;
    expect(log.text()).toBe(more + END(uuid, "14"));
    expect(log.answer.complete).toBe(true);
  });

  it("goes on after the event that the client had last", async () => {
    const node = await startHttp();
    const uuid = await running(node);
    for (const [text, next] of [
      ["a\n", "2"],
      ["b\n", "4"],
    ] as const)
      node.runs.say(uuid, line(text, next));
    node.runs.end(uuid, {}, "{}");
    node.runs.say(uuid, line("c\n", "6", true));
    const rest = "retry: 1000\n\nid: 4\nevent: log\ndata: b\n\nid: 6\nevent: log\ndata: c\n\n";
    for (const log of [
      await open(node, `/v1/runs/${uuid}/log?follow=true&from=2`),
      await open(node, `/v1/runs/${uuid}/log`, { accept: "text/event-stream", "last-event-id": "2" }),
    ]) {
      await log.ended;
      expect(log.text()).toBe(rest + END(uuid, "6"));
    }
  });

  it("is followed as text when that is what is asked for", async () => {
    const node = await startHttp();
    const uuid = await running(node);
    const log = await open(node, `/v1/runs/${uuid}/log?follow=true`, { accept: "text/plain" });
    node.runs.say(uuid, line("a\n", "2"));
    await expect.poll(() => log.text()).toBe("a\n");
    node.runs.say(uuid, line("b\n", "4", true));
    await log.ended;
    expect(log.text()).toBe("a\nb\n");
  });

  it("is given piece by piece to who asks for that, as soon as there is one", async () => {
    const node = await startHttp();
    const uuid = await running(node);
    const piece = async (query: string) => {
      const log = await open(node, `/v1/runs/${uuid}/log?format=json${query}`, { accept: "text/event-stream" });
      await log.ended;
      expect(log.answer.headers["content-type"]).toBe("application/json; charset=utf-8");
      return JSON.parse(log.text());
    };
    expect(await piece("")).toEqual({ text: "", next: "0", isEnd: false });
    expect(await piece("&from=0&wait=0.05")).toEqual({ text: "", next: "0", isEnd: false });
    const waiting = piece("&wait=60");
    await expect.poll(() => node.runs.waiting).toBe(1);
    node.runs.say(uuid, line("a\n", "2"));
    expect(await waiting).toEqual({ text: "a\n", next: "2", isEnd: false });
    node.runs.end(uuid, {}, "{}");
    node.runs.say(uuid, line("", "2", true));
    expect(await piece("&from=2&wait=60")).toEqual({ text: "", next: "2", isEnd: true, state: "done" });
  });

  it("is not followed any more when the client has gone", async () => {
    const node = await startHttp();
    const uuid = await running(node);
    const log = await open(node, `/v1/runs/${uuid}/log?follow=true`);
    await expect.poll(() => node.runs.waiting).toBe(1);
    log.request.destroy();
    await expect.poll(() => node.runs.waiting).toBe(0);
  });

  it("is read no faster than the client takes it", async () => {
    const node = await startHttp();
    const uuid = await running(node);
    let given = 0; // chunks
    const text = `${"x".repeat(99_999)}\n`;
    node.runs.log = async function* () {
      while (given < 1000) yield line(text, String(++given), given === 1000);
    };
    const log = await open(node, `/v1/runs/${uuid}/log`);
    log.answer.pause();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const held = given;
    // The sockets of both sides hold a few MB, not 100 MB.
    expect(held).toBeLessThan(300);
    log.answer.resume();
    await log.ended;
    expect([given, log.text().length]).toEqual([1000, 100_000_000]);
  });

  it("answers HEAD without waiting for the end", async () => {
    const node = await startHttp();
    const uuid = await running(node);
    const response = await plainFetch(`${node.url}/v1/runs/${uuid}/log?follow=true`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
    await expect.poll(() => node.runs.waiting).toBe(0);
  });

  it("of a run that nobody knows is a refusal, followed or not", async () => {
    const node = await startHttp();
    for (const query of ["", "?follow=true"]) {
      const log = await open(node, `/v1/runs/a-1-2/log${query}`, { accept: "text/event-stream" });
      await log.ended;
      const { statusCode, headers } = log.answer;
      const text = log.text();
      expectProblem({ status: statusCode!, headers, text, json: JSON.parse(text) }, "unknown_run");
    }
  });

  it.each(["from=%20", `from=${"1".repeat(201)}`, "follow=perhaps", "format=xml", "wait=-1"])(
    "refuses %s",
    async (query) => {
      const node = await startHttp();
      const log = await open(node, `/v1/runs/a-1-2/log?${query}`);
      await log.ended;
      expect(JSON.parse(log.text()).code).toBe("bad_parameter");
    },
  );
});
