import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parameterNames } from "../../service/runtime/ojob/builtins/parameter-names.js";
import { runtimeBundle } from "../../tools/scope-document.js";

/** Lists kept by hand beside their subjects. */

const root = new URL("../../", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), "utf8");
const isTwice = (name: string, at: number, all: readonly string[]) => all.indexOf(name) !== at;

test("scope/absent.txt lists a function once, and none that the scope has", async () => {
  const names = await (await runtimeBundle()).scopeNames();
  const absent = read("service/runtime/scope/absent.txt")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(absent.filter((name) => names.get(name) !== "!")).toEqual([]);
  expect(absent.filter(isTwice)).toEqual([]);
});

test("parameter-names.ts is about functions that the scope has, each once", async () => {
  const names = await (await runtimeBundle()).scopeNames();
  const entries = parameterNames.trim().split(/\s+/);
  expect(entries.filter((entry) => !/^[\w$.]+\([^()]*\)$/.test(entry))).toEqual([]);
  const functions = entries.map((entry) => entry.slice(0, entry.indexOf("(")));
  expect(functions.filter((name) => (names.get(name) ?? "!") === "!")).toEqual([]);
  expect(functions.filter(isTwice)).toEqual([]);
});

test("docs/management-jobs.md has a row for each job that nodes ship, and for no other", () => {
  const shipped = ["rojob", "in"].flatMap((folder) =>
    readdirSync(new URL(`run/${folder}`, root)).map((name) => `${folder}/${name}`),
  );
  const rows = [...read("docs/management-jobs.md").matchAll(/^\| ((?:rojob|in)\/\S+) \|/gm)].map(([, path]) => path);
  expect(rows.sort()).toEqual(shipped.sort());
});
