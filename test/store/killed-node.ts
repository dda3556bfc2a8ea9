/** A node's store for a test that kills it: accepts and ends runs without a pause, and prints what it was told is done. */
import { pino } from "pino";
import { createStore } from "../../service/store/index.js";
import { ended, makeRun } from "./runs.js";

const store = createStore({
  workFolder: process.argv[2]!,
  node: () => "127.0.0.1:8787",
  resultTtlMs: 0,
  logTtlMs: 0,
  keepRuns: 0,
  log: pino({ level: "silent" }),
});
await store.start();
const first = Number(process.argv[3]);

async function lane(number: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const run = makeRun({ acceptedAt: first + turn * 10 + number });
    const { uuid } = run.record;
    await store.accept(run);
    process.stdout.write(`accepted ${uuid}\n`);
    const fence = await store.write({ ...run.record, state: "running" }, 0, { isDurable: turn % 2 === 0 });
    store.appendLog(uuid, `output of ${uuid}`);
    await store.end(ended(run.record), JSON.stringify({ uuid, filler: "f".repeat(turn * 100) }), fence!);
    process.stdout.write(`ended ${uuid}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, number) => lane(number)));
