/** `npm run fuzz -- --seed N --seconds S --only json|yaml|raw|border`: attacks a node of its own until something is found. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startNode } from "../../../bench/processes.js";
import { kinds } from "./attacks.js";
import { fuzz } from "./fuzz.js";

const KEY = "fuzz-key-of-32-characters-1234567";
const ROUNDS = 2000;
const { values } = parseArgs({
  options: { seed: { type: "string" }, seconds: { type: "string" }, only: { type: "string" } },
});
const chosen = kinds.filter((kind) => values.only === undefined || kind === values.only);
if (chosen.length === 0) throw new Error(`--only has to be one of ${kinds.join(", ")}, not '${values.only}'`);
const until = performance.now() + Number(values.seconds ?? Number.POSITIVE_INFINITY) * 1000;
const isOver = (): boolean => performance.now() >= until;

const folder = mkdtempSync(path.join(os.tmpdir(), "rojob-fuzz-"));
const server = await startNode([`APIKEY=${KEY}`, "WORKERS=2", "JOBTIMEOUT=5000"], folder);
const port = Number(new URL(server.url).port);
try {
  for (let seed = Number(values.seed ?? Date.now() % 1_000_000); !isOver(); seed++) {
    for (const kind of chosen) {
      const statuses = await fuzz({ port, key: KEY, kind, seed, rounds: ROUNDS, isOver });
      console.log(`seed ${seed}  ${kind.padEnd(6)}  ${JSON.stringify(statuses)}`);
    }
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
