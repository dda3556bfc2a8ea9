/** A node for a test that kills it: two busy workers and an idle one; prints the pids of all it started. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { eventually, resultOf, startPool } from "./pool-helper.js";

const node = await startPool({ workers: 3, spares: 1 });
const idle = Number(resultOf(await node.run("__pm.pid = getPid()")).pid);
void node.run('io.writeFileString("spins", String(getPid())); for (;;);');
void node.run(
  'io.writeFileString("waits", String(getPid())); $sh("setsid sh -c \'echo $$ > away; exec sleep 600\'").get(0)',
);

const pidIn = (name: string): number => Number(readFileSync(path.join(node.folder, name), "utf8"));
await eventually(
  () => {
    try {
      return ["spins", "waits", "away"].every((name) => pidIn(name) > 0);
    } catch {
      return false; // not written yet
    }
  },
  "both jobs run",
  20_000,
);
process.stdout.write(`${JSON.stringify([idle, pidIn("spins"), pidIn("waits"), pidIn("away")])}\n`);
