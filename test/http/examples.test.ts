import Ajv from "ajv6";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readVersion } from "../../service/base/version.js";
import { describedRoutes, openApiDocument } from "../../service/http/openapi/index.js";
import type { ClientRoute, Example } from "../../service/http/route.js";
import { routes } from "../../service/http/routes/index.js";
import { eventually, type ManagedNode, oneJob, startManaged } from "../management/managed-node.js";
import { brokerNodeHere, brokerProgram, startBrokerOf } from "../queue/broker-nodes.js";
import { KEY, send } from "./http-node.js";

const document = openApiDocument(routes, readVersion()) as any;
const described = describedRoutes(routes);
const all = described.flatMap((route) => route.examples.map((example) => ({ route, example })));
/** These stop their node: each gets one of its own. */
const stops = all.filter(({ route }) => route.path.endsWith("/stop"));
/** Only brokers keep the oJobs of runs that have failed. */
const ofBrokers = all.filter(({ route }) => route.id === "retryRun");
const others = all.filter((one) => !stops.includes(one) && !ofBrokers.includes(one));
const nameOf = ({ method, path }: ClientRoute, { summary }: Example) => `${method} ${path}: ${summary}`;

/** Headers that HTTP itself or the framework sets. */
const USUAL = /^(date|connection|keep-alive|content-(type|length)|transfer-encoding|cache-control)$/;

/** A schema that allows no properties except the described ones: a reply with others is described incompletely. */
function strict(schema: any): any {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return schema.properties === undefined || schema.additionalProperties !== undefined
    ? inner
    : { ...inner, additionalProperties: false };
}

const components = strict(document.components);
function faultsOf(schema: object, value: unknown): unknown[] {
  const validate = new Ajv({ allErrors: true, unknownFormats: "ignore" }).compile({ components, ...strict(schema) });
  validate(value);
  return validate.errors ?? [];
}

/** The path of an example, with its query. */
function targetOf(route: ClientRoute, { query = {} }: Example, uuid: string): string {
  const search = new URLSearchParams(query).toString();
  return `${route.path.replace("{uuid}", uuid)}${search === "" ? "" : `?${search}`}`;
}

interface Asked {
  port: number;
  ask(method: string, path: string, body?: unknown): Promise<{ json: any }>;
}

/** Sends an example, and compares the reply with its description and with the example. */
async function check(node: Asked, route: ClientRoute, example: Example, body = example.body): Promise<void> {
  const { method, access } = route;
  const uuid = example.run === undefined ? "" : await runIn(node, example.run);
  const answer = await send(node.port, targetOf(route, example, uuid), {
    method,
    headers: { ...(access === "open" ? {} : { authorization: `Bearer ${KEY}` }), ...example.headers },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  });
  expect(answer.status, answer.text).toBe(example.status);
  const reply = route.replies[example.status]!;
  expect(
    Object.keys(answer.headers).filter((name) => !USUAL.test(name) && reply.headers?.[name] === undefined),
  ).toEqual([]);
  if (reply.content === undefined) return expect([answer.text, example.reply]).toEqual(["", undefined]);
  const type = answer.headers["content-type"]!.split(";")[0]!;
  expect(Object.keys(reply.content)).toContain(type);
  if (type !== "application/json")
    return expect([typeof example.reply, answer.text]).toEqual(["string", expect.anything()]);
  const { json } = answer;
  const { schema } = reply.content[type] as { schema: object };
  expect(faultsOf(schema, json), answer.text).toEqual([]);
  expect(faultsOf(schema, example.reply), "the example").toEqual([]);
  if (route.id !== "getApi") expect(partsOf(json)).toEqual(partsOf(example.reply));
}

/** Names of all properties, those within lists included; not those that the jobs and the runs so far choose. */
function partsOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || /\.(args|ended)$/.test(path)) return [];
  const inner = Object.entries(value).flatMap(([key, each]) => {
    const here = `${path}.${Array.isArray(value) ? "0" : key}`;
    return [here, ...partsOf(each, here)];
  });
  return [...new Set(inner)].sort();
}

/** @returns uuid of a run in a state */
async function runIn(node: Asked, state: NonNullable<Example["run"]>): Promise<string> {
  const code = { failed: "throw 'no'", running: "sleep(60000, true)" };
  const what = state === "ended" ? { run: "rojob/echo.yaml", args: { n: 1 } } : { ojob: oneJob(code[state]) };
  const { uuid } = (await node.ask("POST", "/v1/runs", { ...what, async: true })).json;
  if (state !== "running") await node.ask("GET", `/v1/runs/${uuid}?wait=30`);
  else await eventually(async () => (await node.ask("GET", `/v1/runs/${uuid}`)).json.state === state, "the start");
  return uuid;
}

describe("the examples of openapi.json", () => {
  let node: ManagedNode;
  let second: ManagedNode;
  beforeAll(async () => {
    [node, second] = await Promise.all([startManaged(), startManaged()]);
    // The list has more than one page.
    await runIn(node, "ended");
  });
  afterAll(async () => {
    await Promise.all([node.close(), second.close()]);
  });

  it.each(others.map(({ route, example }) => [nameOf(route, example), route, example] as const))(
    "%s",
    async (_name, route, example) => {
      // The newest of the list.
      await runIn(node, "ended");
      const body = route.id === "addNode" ? { host: "127.0.0.1", port: second.port } : example.body;
      await check(node, route, example, body);
    },
  );

  it.each(stops.map(({ route, example }) => [nameOf(route, example), route, example] as const))(
    "%s",
    async (_name, route, example) => {
      const own = await startManaged();
      try {
        await check(own, route, example);
      } finally {
        await own.close();
      }
    },
  );

  const withRedis = brokerProgram("redis") === undefined ? it.skip : it;
  withRedis.each(ofBrokers.map(({ route, example }) => [nameOf(route, example), route, example] as const))(
    "%s",
    async (_name, route, example) => {
      const broker = await startBrokerOf("redis");
      const own = await brokerNodeHere("redis", broker.port);
      await own.start();
      await check({ port: Number(new URL(own.url).port), ask: own.ask }, route, example);
    },
  );

  it("have a body that their schema allows", () => {
    const bodies = all.filter(({ route: { body }, example }) => body?.content["application/json"] && example.body);
    expect(bodies.length).toBeGreaterThan(3);
    for (const { route, example } of bodies) {
      const { schema } = route.body!.content["application/json"] as { schema: object };
      expect(faultsOf(schema, example.body), nameOf(route, example)).toEqual([]);
    }
  });

  it("are in the document, for each status of success", () => {
    for (const route of described) {
      const shown = new Set(route.examples.map(({ status }) => status));
      expect([route.path, ...Object.keys(route.replies)]).toEqual([route.path, ...[...shown].sort().map(String)]);
      const { responses } = document.paths[route.path][route.method.toLowerCase()];
      for (const { status, reply } of route.examples)
        if (reply !== undefined) expect(JSON.stringify(responses[status])).toContain('"examples"');
    }
  });
});
