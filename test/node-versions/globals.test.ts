import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LANGUAGE_GLOBALS } from "../../service/workers/language-globals.js";
import { rojob } from "../cli/program.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "rojob-globals-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Result of a job of this text, run on the Node of the tests. */
async function outcome(code: string): Promise<unknown> {
  writeFileSync(path.join(folder, "job.yaml"), JSON.stringify({ jobs: [{ name: "A", exec: code }], todo: ["A"] }));
  const ended = await rojob(["exec", "job.yaml", "--local"], { cwd: folder });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout);
}

test("the globals a job sees are the same names on every Node: those of the language, and what the engine adds", async () => {
  const { names } = (await outcome(
    "__pm.names = Object.getOwnPropertyNames(globalThis).concat(Object.getOwnPropertySymbols(globalThis).map(String))",
  )) as { names: string[] };
  expect(names.sort()).toEqual([...LANGUAGE_GLOBALS, "__pm", "args", "global", "init"].sort());
});

test("of what newer versions of Node and V8 have as globals a job sees nothing", async () => {
  const names = [
    ...[
      "fetch",
      "Request",
      "Response",
      "Headers",
      "FormData",
      "WebSocket",
      "CloseEvent",
      "EventSource",
      "MessageEvent",
    ],
    ...["navigator", "Navigator", "localStorage", "sessionStorage", "Storage", "crypto", "performance", "URLPattern"],
    ...["process", "Buffer", "structuredClone", "queueMicrotask", "setImmediate", "URL", "TextEncoder", "Event"],
    ...["BroadcastChannel", "Worker", "MessageChannel", "CompressionStream", "ReadableStream", "DOMException", "gc"],
    ...[
      "Iterator",
      "AsyncIterator",
      "Temporal",
      "Float16Array",
      "SuppressedError",
      "DisposableStack",
      "AsyncDisposableStack",
    ],
    ...["WebAssembly", "FinalizationRegistry", "ShadowRealm", "AsyncContext", "QuotaExceededError", "ErrorEvent"],
  ];
  const seen = await outcome(
    `var names = ${JSON.stringify(names)};
     __pm.seen = names.filter(name => name in globalThis || eval("typeof " + name) != "undefined")`,
  );
  expect(seen).toEqual({ seen: [] });
});

test("a job's own names may be those that newer versions use", async () => {
  const code = `
    var Iterator = "a", Temporal = "b", fetch = function(x) { return "fetched " + x };
    Float16Array = 3;
    __pm.list = [Iterator, Temporal, fetch("c"), Float16Array, typeof DisposableStack]`;
  expect(await outcome(code)).toEqual({ list: ["a", "b", "fetched c", 3, "undefined"] });
});
