import { writeFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ErrorCode, type ErrorEntry, errorTable, ServiceError } from "../../service/base/errors.js";
import type { HttpConfig } from "../../service/http/index.js";
import { ECHO, type Ending, type HttpNode, post, send, startHttp } from "./http-node.js";
import { bomb, expectProblem } from "./problems.js";

/** Provokes a code: a request to a node, and texts that its detail must have. */
interface Provocation {
  path: string;
  body?: string | Buffer;
  method?: string;
  config?: Partial<HttpConfig>;
  ending?: Ending;
  ready?: string;
  prepare?: (node: HttpNode) => void;
  tells: (string | RegExp)[];
}

const ended = (endedBy: "timeout" | "killed" | "memory" | "crash" | "result", text: string): Ending => ({
  state: endedBy === "killed" ? "killed" : "failed",
  endedBy,
  result: "null",
  errors: [{ name: "A", error: [text] }],
});

const ojob = (body: string | Buffer, ...tells: (string | RegExp)[]): Provocation => ({ path: "/ojob", body, tells });
const run = (body: string, ...tells: string[]): Provocation => ({ path: "/run", body, tells });
const runs = (body: string, ...tells: string[]): Provocation => ({ path: "/v1/runs", body, tells });
const ending = (ending: Ending, ...tells: (string | RegExp)[]): Provocation => ({
  path: "/ojob",
  body: ECHO,
  ending,
  tells,
});

/** One for each code of the table, or the file that shows it. */
const provocations: Record<ErrorCode, Provocation | `shown in ${string}`> = {
  unauthorised: "shown in auth.test.ts",
  peer_unsigned: "shown in attacks/routes.test.ts",
  signature_before_start: "shown in attacks/signatures.test.ts",
  signature_for_other: "shown in attacks/signatures.test.ts",
  v1_refused: "shown in attacks/signatures.test.ts",
  foreign_host: "shown in attacks/origin-check.test.ts",
  bad_key: "shown in auth.test.ts",
  bad_run_token: "shown in run-tokens.test.ts",
  bad_signature: "shown in auth.test.ts",
  signature_incomplete: "shown in auth.test.ts",
  signature_expired: "shown in auth.test.ts",
  signature_replayed: "shown in auth.test.ts",
  unknown_key_id: "shown in auth.test.ts",
  nonces_full: "shown in auth.test.ts",
  cross_origin: "shown in auth.test.ts",
  run_only: { ...ojob(ECHO, "RUNONLY=true", "/ojob", "/run"), config: { RUNONLY: true } },
  not_found: { path: "/nothing?a=1", body: "x", tells: ["matches /nothing;", "/ojob"] },
  method_not_allowed: { path: "/ojob", method: "GET", tells: ["/ojob does not support GET, only OPTIONS, POST"] },
  bad_request: { path: "/%zz", body: "x", tells: ["%zz"] },
  body_too_large: { ...ojob("x".repeat(1001), "1000 bytes of MAXBODY"), config: { MAXBODY: 1000 } },
  unsupported_encoding: "shown in bodies.test.ts",
  empty_body: ojob(" \n", "/ojob", "an oJob, YAML or JSON"),
  not_utf8: ojob(Buffer.from("a: caf\xe9\n", "latin1"), "not UTF-8", "offset 6 "),
  bad_query: { path: "/ojob?a=%E9", body: ECHO, tells: ["'%E9'"] },
  bad_yaml: ojob("jobs:\n  - name: A\n   exec: x\n", "ojob, line 3, column"),
  bad_json: { path: "/json", body: '{\n  "jobs": [],\n}', tells: ["ojob, line 3, column 1: a key in double quotes"] },
  document_too_big: ojob(bomb(9, 9), "aliases", "100000 values"),
  document_too_slow: "shown in attacks/large-bodies.test.ts",
  document_is_circular: ojob(`a: &a { b: [*a] }\n${ECHO}`, "/a/b/0 contains itself"),
  forbidden_key: ojob(`args: { a: [{ __proto__: { x: 1 } }] }\n${ECHO}`, "'__proto__' at /args/a/0/__proto__"),
  not_an_ojob: ojob("just a text", "the text 'just a text'", "'jobs' or 'todo'"),
  bad_args: ojob(`args: [1]\n${ECHO}`, "'args' is a list", "a map"),
  bad_rojob_section: ojob(`rojob: { async: maybe }\n${ECHO}`, "'rojob.async'", "'maybe'", "true or false"),
  unknown_rojob_key: ojob(`rojob: { asinc: true }\n${ECHO}`, "'asinc'", "async, env, name, unique, timeoutMs"),
  bad_parameter: { path: "/v1/runs?limit=0", method: "GET", tells: ["'limit'", "'0'", "from 1 to 500"] },
  unknown_parameter: { path: "/v1/runs?stat=done", method: "GET", tells: ["'stat'", "state, name, file, since"] },
  bad_field: runs('{"run":"a.yaml","timeoutMs":-1}', "'timeoutMs' of the request is -1", "whole number of ms"),
  unknown_field: runs('{"run":"a.yaml","timeout":1}', "'timeout'", "ojob, run, args, timeoutMs, async"),
  bad_idempotency_key: "shown in ../runs/idempotency.test.ts",
  idempotency_key_reused: "shown in ../runs/idempotency.test.ts",
  idempotency_key_busy: "shown in ../runs/idempotency.test.ts",
  callback_not_allowed: "shown in ../runs/callbacks.test.ts",
  run_path_bad: run("a.txt", "'a.txt'", ".yaml, .yml or .json"),
  run_path_escapes: run("../run-evil/x.yaml", "'../run-evil/x.yaml' leads out"),
  run_not_found: run("no.yaml", "'no.yaml'"),
  run_unreadable: {
    ...run("latin1.yaml", "'latin1.yaml'", "not UTF-8"),
    prepare: (node) => writeFileSync(join(node.runFolder, "latin1.yaml"), Buffer.from("a: \xe9", "latin1")),
  },
  nested_too_deep: "shown in dispatcher.test.ts",
  other_cluster: "shown in ../cluster/joining.test.ts",
  identity_taken: "shown in ../cluster/joining.test.ts",
  loopback_peer: "shown in ../cluster/joining.test.ts",
  peer_refused: "shown in ../cluster/joining.test.ts",
  peer_unreachable: "shown in ../cluster/joining.test.ts",
  peer_not_understood: "shown in ../cluster/peer-door.test.ts",
  offer_returned: "shown in ../cluster/peer-door.test.ts",
  offer_void: "shown in ../cluster/peer-door.test.ts",
  busy: ending(new ServiceError("busy"), "No worker"),
  draining: ending(new ServiceError("draining"), "shutting down"),
  not_ready: { path: "/readyz", method: "GET", ready: "workers are starting", tells: ["workers are starting"] },
  run_timeout: ending(ended("timeout", "it took longer than 100 ms"), "it took longer than 100 ms"),
  run_killed: ending(ended("killed", "stopped by x"), "stopped by x"),
  run_out_of_memory: ending(ended("memory", "heap over 512 MB"), "heap over 512 MB"),
  run_crashed: ending(ended("crash", "signal SIGABRT"), "signal SIGABRT"),
  result_too_large: ending(ended("result", "x"), "5000 bytes of MAXRESULT"),
  not_unique: "shown in ../runs/unique-runs.test.ts",
  unknown_run: { path: "/v1/runs/a-1-2", method: "GET", tells: ["'a-1-2'"] },
  not_retriable: "shown in ../queue/operations.test.ts",
  run_not_ended: "shown in reading.test.ts",
  run_ended: "shown in killing.test.ts",
  result_gone: "shown in reading.test.ts",
  storage_full: "shown in full-disk.test.ts",
  result_not_kept: "shown in history.test.ts",
  queue_unavailable: {
    path: "/ojob?__async=1",
    body: ECHO,
    prepare: (node) => (node.runs.refusal = new ServiceError("queue_unavailable", { reason: "connection refused" })),
    tells: ["connection refused"],
  },
  no_cluster: "shown in nodes.test.ts",
  internal: ending(new Error("secret cause"), /see its log under '[-0-9a-f]{36}'/),
};

describe("each error of the table", () => {
  it.each(Object.entries<ErrorEntry>(errorTable))("%s has a status that HTTP knows, and reads well", (_code, entry) => {
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(STATUS_CODES[entry.status]).toBeDefined();
    expect(entry.title).toMatch(/^[A-Z].*[^.]$/);
    expect(entry.message.length).toBeGreaterThan(20);
  });

  it("is provoked here or shown elsewhere", () => {
    expect(Object.keys(provocations).sort()).toEqual(Object.keys(errorTable).sort());
  });

  const here = Object.entries(provocations).filter(([, provocation]) => typeof provocation === "object");

  it.each(here as [ErrorCode, Provocation][])(
    "%s is answered with its status, its old field and what would be right, and the node goes on",
    async (code, { path, body, method, config, ending, ready, prepare, tells }) => {
      const node = await startHttp({ PRIVATE: true, ...config }, { "a.yaml": ECHO });
      if (ending !== undefined) node.ending = ending;
      if (ready !== undefined) node.ready = ready;
      prepare?.(node);
      const answer = await send(node.port, path, { body, method });
      expectProblem(answer, code);
      for (const part of tells) {
        if (typeof part === "string") expect(answer.json.detail).toContain(part);
        else expect(answer.json.detail).toMatch(part);
      }
      expect(answer.text).not.toContain(node.runFolder);
      node.ending = {};
      expect((await send(node.port, "/run", { body: "a.yaml" })).status).toBe(200);
    },
  );

  it("cuts values that are too long to be read", async () => {
    const answer = await post(await startHttp(), "/run", `${"x".repeat(2000)}.txt`);
    expect(answer.json.detail.length).toBeLessThan(600);
  });

  it("takes values for what they are, not for placeholders", () => {
    expect(new ServiceError("run_path_bad", { path: "{problem}", problem: "$&" }).message).toMatch(
      /^'\{problem\}' \$&;/,
    );
  });
});

describe("an unforeseen failure", () => {
  it("is logged with its cause under the id that the client is told, and tells the client no more", async () => {
    const node = await startHttp();
    node.ending = new TypeError("secret cause");
    const answer = await post(node, "/ojob?password=1", ECHO);
    expectProblem(answer, "internal");
    expect(answer.text).not.toContain("secret cause");
    const [line] = node.log;
    expect(line).toMatchObject({ level: "error", fields: { err: node.ending, method: "POST", path: "/ojob" } });
    expect(answer.json.detail).toContain(line?.fields.id);
  });
});

describe("a refusal", () => {
  it("says how long to wait when whoever refused knows better than the table", async () => {
    const node = await startHttp();
    node.ending = new ServiceError("busy", {}, { retryAfterS: 2.4, uuid: "h-1-2" });
    const answer = await post(node, "/ojob", ECHO);
    expect([answer.status, answer.headers["retry-after"], answer.json.uuid]).toEqual([503, "3", "h-1-2"]);
    expect(answer.headers["x-rojob-uuid"]).toBe("h-1-2");
  });
});
