/**
 * Loaded into a node under test, `--import file:///…/loop-guard.mjs?FILE`: writes a line of JSON into FILE for what no node may
 * do on its event loop: parse or serialise a large text, or hold the loop for long. Its time is the processor time of that
 * thread, which other programs of a busy machine do not lengthen.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** Longest text that may be parsed or serialised there, characters. */
const MOST = 300_000;
/** Longest processor time between two turns of the loop, ms: the worst inputs of these tests take 900 and more to be parsed. */
const MOST_MS = 600;
const file = decodeURIComponent(new URL(import.meta.url).search.slice(1));
const note = (what) => appendFileSync(file, `${JSON.stringify(what)}\n`);

if (isMainThread && file !== "") {
  const { parse, stringify } = JSON;
  const check = (kind, length) => {
    if (length > MOST) note({ kind, length, stack: new Error("here").stack.split("\n").slice(3, 8) });
  };
  JSON.parse = (text, reviver) => {
    check("parse", text?.length ?? 0);
    return parse(text, reviver);
  };
  JSON.stringify = (value, replacer, space) => {
    const text = stringify(value, replacer, space);
    check("stringify", text?.length ?? 0);
    return text;
  };

  const statistics = `/proc/${process.pid}/task/${process.pid}/schedstat`;
  if (existsSync(statistics)) {
    const threadMs = () => Number(readFileSync(statistics, "utf8").split(" ")[0]) / 1e6;
    let last;
    setInterval(() => {
      const now = threadMs();
      // The first turn comes after everything has been loaded.
      if (last !== undefined && now - last > MOST_MS) note({ kind: "held", ms: now - last });
      last = now;
    }, 5).unref();
  }
}
