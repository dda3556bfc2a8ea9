import { readdirSync, readFileSync } from "node:fs";
import Ajv, { type ValidateFunction } from "ajv6";
import { describe, expect, it } from "vitest";
import { readVersion } from "../../service/base/version.js";
import { describedRoutes, openApiDocument } from "../../service/http/openapi/index.js";
import type { Route } from "../../service/http/route.js";
import { routes } from "../../service/http/routes/index.js";
import { ECHO, type HttpNode, KEY, post, send, startHttp } from "./http-node.js";

const document = openApiDocument(routes, readVersion()) as any;
const described = describedRoutes(routes);
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

/** All references of a value. */
function refsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [String(inner)] : refsOf(inner)));
}

function validator(name: string): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, unknownFormats: "ignore" });
  return ajv.compile({ components: document.components, $ref: `#/components/schemas/${name}` });
}

function expectToBe(name: string, value: unknown): void {
  const validate = validator(name);
  validate(value);
  expect(validate.errors ?? [], `${name}: ${JSON.stringify(value)}`).toEqual([]);
}

describe("openapi.json", () => {
  it("is what the code says; if not, run `npm run generate`", () => {
    expect(JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8"))).toEqual(
      JSON.parse(JSON.stringify(document)),
    );
  });

  it("is served without credentials", async () => {
    const node = await startHttp();
    const answer = await send(node.port, "/openapi.json", { method: "GET" });
    expect([answer.status, answer.json.openapi, answer.json.info.version]).toEqual([200, "3.1.0", "1.2.3"]);
  });

  it("has every route of the list but those of peers", () => {
    const operations = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.sort()).toEqual(described.map(nameOf).sort());
    expect(routes.filter(({ access }) => access === "peer").every(({ path }) => path.startsWith("/v1/cluster/"))).toBe(
      true,
    );
  });

  it("has the routes of every file in the folder of routes", async () => {
    const folder = new URL("../../service/http/routes/", import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file !== "index.ts");
    const lists: unknown[] = [];
    for (const file of files.filter((name) => name.endsWith(".ts"))) {
      const exported = Object.values((await import(new URL(file, folder).href)) as object);
      lists.push(...exported.filter(Array.isArray).flat());
    }
    expect(lists.length).toBeGreaterThan(30);
    expect(lists.filter((route) => !routes.includes(route as Route))).toEqual([]);
  });

  it("refers to nothing that is not there, and leaves out no parameter of a path", () => {
    for (const ref of refsOf(document)) {
      const found = ref
        .slice(2)
        .split("/")
        .reduce((value: any, key) => value?.[key], document);
      expect(found, ref).toBeDefined();
    }
    for (const { path, parameters = [], replies } of described) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(parameters.filter((one) => one.in === "path").map((one) => one.name)).toEqual(named);
      expect(Object.keys(replies).length).toBeGreaterThan(0);
    }
    const ids = described.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("what it says of replies", () => {
  const get = (node: HttpNode, path: string) =>
    send(node.port, path, { method: "GET", headers: { authorization: `Bearer ${KEY}` } });

  it("is what they are", async () => {
    const node = await startHttp({}, { "a.yaml": ECHO });
    node.ending = {
      state: "failed",
      endedBy: "timeout",
      errors: [{ name: "A", error: ["no"], at: { file: "ojob", line: 1, column: 2 } }],
    };
    const body = { run: "a.yaml", args: { a: 1 }, timeoutMs: 5, name: "x", priority: -1, retries: 0, async: false };
    expectToBe("RunRequest", body);
    expectToBe("RunReply", (await post(node, "/v1/runs", JSON.stringify(body))).json);
    expectToBe("Accepted", (await post(node, "/v1/runs", JSON.stringify({ ...body, async: true }))).json);
    const { uuid } = (await post(node, "/ojob?__async=1", ECHO)).json;
    expectToBe("RunRecord", (await get(node, `/v1/runs/${uuid}?wait=9`)).json);
    expectToBe("RunPage", (await get(node, "/v1/runs?limit=1")).json);
    expectToBe("Problem", (await get(node, `/v1/runs/${uuid}/result`)).json);
    expectToBe("Problem", (await get(node, "/v1/runs/a-1-2")).json);
    expectToBe("Nodes", (await get(node, "/v1/nodes")).json);
  });

  it("would be missed if it were not", () => {
    expect(validator("RunReply")({ uuid: "a", state: "over", result: 1, errors: [], timings: {} })).toBe(false);
    expect(validator("RunRequest")({ timeoutMs: 0 })).toBe(false);
  });
});
