/** A node that takes unique names: `acquire NAME UUID`, `release NAME`, `held NAME`; arguments: work folder, lease in ms. */
import { createInterface } from "node:readline";
import { type Lease, UniqueNames } from "../../service/store/unique-names.js";

const [workFolder, leaseMs] = process.argv.slice(2) as [string, string];
const log = { warn: () => undefined };
const names = new UniqueNames({ workFolder, leaseMs: Number(leaseMs), node: () => `other:${process.pid}`, log });
const leases = new Map<string, Lease>();

async function answer(line: string): Promise<unknown> {
  const [command, name = "", uuid = ""] = line.split(" ");
  if (command === "acquire") {
    const lease = await names.acquire(name, uuid);
    if (lease !== undefined) leases.set(name, lease);
    return lease?.token ?? null;
  }
  const lease = leases.get(name);
  if (command === "release") await lease?.release();
  return { isHeld: await lease?.isHeld(), isLost: lease?.signal.aborted };
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
});
process.stdout.write("ready\n");
