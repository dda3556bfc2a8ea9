/**
 * Loaded into a node under test (`--import`): reports over the channel of its parent, on request, how long its event
 * loop was blocked. Counts the processor time of the loop's own thread between two of its turns, which other programs
 * of the machine do not lengthen: `{ longestMs, over: { 20, 50, 100 } }`, since the last request.
 */
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** Interval of checks for a turn of the loop, ms. */
const EVERY_MS = 5;
const LIMITS = [20, 50, 100];
const file = `/proc/${process.pid}/task/${process.pid}/schedstat`;

/** Processor time of this thread since its start, ms. */
function threadMs() {
  return Number(readFileSync(file, "utf8").split(" ")[0]) / 1e6;
}

if (isMainThread && process.send !== undefined) {
  let longestMs = 0;
  let over = {};
  let last = threadMs();
  const begin = () => {
    longestMs = 0;
    over = Object.fromEntries(LIMITS.map((limit) => [limit, 0]));
    last = threadMs();
  };
  begin();
  setInterval(() => {
    const now = threadMs();
    const heldMs = now - last;
    last = now;
    if (heldMs > longestMs) longestMs = heldMs;
    for (const limit of LIMITS) if (heldMs > limit) over[limit]++;
  }, EVERY_MS).unref();
  process.on("message", (question) => {
    if (question !== "loop") return;
    process.send({ longestMs, over });
    begin();
  });
  process.channel.unref();
}
