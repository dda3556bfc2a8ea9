/**
 * The checker in full: `npm run checker -- --mode etcd --runs 3000 --faults 40 --seed 1`. Prints a row of a table, and what was
 * found; its exit code is 1 when something was. `--mode all` takes one mode after the other, `--longest-pause` is in seconds, and
 * after `--minutes` no further fault begins.
 */
import { execFileSync } from "node:child_process";
import os from "node:os";
import { parseArgs } from "node:util";
import { check } from "./checker.js";
import { type Mode, modes } from "./field.js";

const { values } = parseArgs({
  options: {
    mode: { type: "string", default: "all" },
    runs: { type: "string", default: "3000" },
    faults: { type: "string", default: "40" },
    seed: { type: "string" },
    "longest-pause": { type: "string", default: "40" },
    minutes: { type: "string" },
  },
});
const wanted = values.mode === "all" ? modes : [values.mode as Mode];
if (!wanted.every((mode) => modes.includes(mode))) {
  console.error(`--mode is '${values.mode}'; it has to be one of ${modes.join(", ")} or all`);
  process.exit(2);
}
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
let isClean = true;
for (const mode of wanted) {
  const from = performance.now();
  const found = await check({
    mode,
    seed,
    runs: Number(values.runs),
    faults: Number(values.faults),
    longestPauseMs: Number(values["longest-pause"]) * 1000,
    ...(values.minutes === undefined ? {} : { limitMs: Number(values.minutes) * 60_000 }),
    keepsLogs: true,
  });
  const { faulty, counts } = found;
  const seconds = Math.round((performance.now() - from) / 1000);
  const made = Object.values(counts.faults).reduce((sum, count) => sum + count, 0);
  const cells: (string | number)[] = [
    mode,
    counts.sent,
    made,
    counts.accepted,
    counts.runAgain,
    faulty.lost.length,
    faulty.doubled.length,
  ];
  cells.push(faulty.changed.length, faulty.callbacks.length, counts.toldAgain, faulty.wrongReply.length);
  cells.push(faulty.strangeEnd.length + faulty.endedWithoutRunning.length + faulty.unknown.length, seed, commit);
  console.log(
    "| mode | runs | faults | accepted | run again | lost | doubled | ends that changed | callbacks of another end | sent again | wrong replies | other | seed | commit |",
  );
  console.log(`| ${cells.join(" | ")} |`);
  console.log(JSON.stringify({ seconds, load: os.loadavg()[0], counts, logs: found.logs }));
  for (const [kind, list] of Object.entries(faulty)) {
    for (const one of list.slice(0, 20)) console.log(`${kind}: ${one}`);
    if (list.length > 0) isClean = false;
  }
}
process.exit(isClean ? 0 : 1);
