/**
 * A node that claims keys: `once KEY PAYLOAD UUID`, `claim KEY PAYLOAD UUID`, `run KEY UUID` (accepts the run and tells the key
 * nothing). Argument: the work folder; runs that were accepted are empty files `UUID` in it.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { IdempotencyKeys } from "../../service/runs/idempotency.js";

const workFolder = process.argv[2]!;
const keys = new IdempotencyKeys({
  workFolder,
  ttlMs: 60_000,
  log: { warn: () => undefined },
  isKnown: async (uuid) => existsSync(join(workFolder, uuid)),
});

async function answer(line: string): Promise<unknown> {
  const [command, key, first, second] = line.split(" ") as [string, string, string, string];
  if (command === "once") {
    return keys.once(key, first, second, async () => writeFileSync(join(workFolder, second), "", { flag: "wx" }));
  }
  if (command === "claim") return keys.claim(key, first, second);
  if (command === "run") writeFileSync(join(workFolder, first), "");
  return null;
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  const text = await answer(line).then(JSON.stringify, (error) =>
    JSON.stringify({ code: error.code ?? String(error) }),
  );
  process.stdout.write(`${text}\n`);
});
process.stdout.write("ready\n");
