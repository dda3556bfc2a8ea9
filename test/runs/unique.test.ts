import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { UniqueNames, type UniqueOptions } from "../../service/store/unique-names.js";
import { noteLog, startOther, until, workFolder } from "./work-folder.js";

vi.setConfig({ testTimeout: 60_000 });

function uniqueNames(folder: string, options: Partial<UniqueOptions> = {}) {
  const { lines, log } = noteLog();
  const names = new UniqueNames({ workFolder: folder, node: () => "here:1", log, ...options });
  onTestFinished(() => names.close());
  return Object.assign(names, { lines });
}

test("a name is held by one run at a time, and is free again when it is released", async () => {
  const names = uniqueNames(workFolder());
  const first = await names.acquire("nightly", "u-1");
  expect(first).toMatchObject({ name: "nightly", uuid: "u-1", token: 1 });
  expect(await first!.isHeld()).toBe(true);
  expect(await names.holder("nightly")).toEqual({ uuid: "u-1", node: "here:1" });
  expect(await names.acquire("nightly", "u-2")).toBeUndefined();
  expect(await names.acquire("other", "u-3")).toBeDefined();
  await first!.release();
  await first!.release();
  expect(await first!.isHeld()).toBe(false);
  expect(await names.holder("nightly")).toBeUndefined();
  const second = await names.acquire("nightly", "u-2");
  expect(second!.token).toBeGreaterThan(first!.token);
});

test("of many who ask at the same moment one gets the name", async () => {
  const folder = workFolder();
  const nodes = [uniqueNames(folder), uniqueNames(folder), uniqueNames(folder)];
  for (let round = 1; round <= 5; round++) {
    const leases = await Promise.all(
      Array.from({ length: 30 }, (_, index) => nodes[index % 3]!.acquire("one", `u-${round}-${index}`)),
    );
    const won = leases.filter((lease) => lease !== undefined);
    expect(won).toHaveLength(1);
    expect(won[0]!.token).toBe(round);
    expect(readdirSync(join(folder, ".rojob", "unique"))).toEqual([`one.${round}`]);
    await won[0]!.release();
  }
});

test("processes that race for a name agree on one", async () => {
  const folder = workFolder();
  const others = await Promise.all(Array.from({ length: 4 }, () => startOther("other-unique.ts", folder, "15000")));
  const tokens: number[] = [];
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(others.map((other, index) => other.ask(`acquire raced u-${round}-${index}`)));
    const winners = others.filter((_, index) => answers[index] !== null);
    expect(winners).toHaveLength(1);
    tokens.push(answers.find((answer) => answer !== null));
    await winners[0]!.ask("release raced");
  }
  expect(tokens).toEqual(Array.from({ length: 20 }, (_, round) => round + 1));
});

test("the name of a node that died on this machine is free at once, and one of those who want it gets it", async () => {
  const folder = workFolder();
  const other = await startOther("other-unique.ts", folder, "600000");
  expect(await other.ask("acquire job u-1")).toBe(1);
  const names = uniqueNames(folder, { leaseMs: 600_000 });
  expect(await names.holder("job")).toMatchObject({ uuid: "u-1", node: `other:${other.child.pid}` });
  expect(await names.acquire("job", "u-2")).toBeUndefined();
  await other.kill();
  const leases = await Promise.all(["u-2", "u-3", "u-4"].map((uuid) => names.acquire("job", uuid)));
  expect(leases.filter((lease) => lease !== undefined).map(({ token }) => token)).toEqual([2]);
});

test("the name of a node that renews no more is taken over; when it goes on, it learns that it has lost the name", async () => {
  const folder = workFolder();
  const other = await startOther("other-unique.ts", folder, "4000");
  expect(await other.ask("acquire job u-1")).toBe(1);
  const names = uniqueNames(folder, { leaseMs: 4000 });
  // It renews: the name stays with it for longer than the lease.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  expect(await names.acquire("job", "u-2")).toBeUndefined();
  other.child.kill("SIGSTOP");
  let token: number | undefined;
  await until(async () => (token = (await names.acquire("job", "u-2"))?.token), "the takeover");
  expect(token).toBe(2);
  other.child.kill("SIGCONT");
  await until(async () => (await other.ask("held job")).isLost, "the loss");
  expect(await other.ask("held job")).toEqual({ isHeld: false, isLost: true });
  await other.ask("release job");
  expect(await names.holder("job")).toMatchObject({ uuid: "u-2" });
});

test("a lease that is lost says so, and its release changes nothing for the new holder", async () => {
  const folder = workFolder();
  const names = uniqueNames(folder, { leaseMs: 500 });
  const lease = (await names.acquire("job", "u-1"))!;
  const text = readFileSync(join(folder, ".rojob", "unique", "job.1"), "utf8").replace("u-1", "u-9");
  writeFileSync(join(folder, ".rojob", "unique", "job.2"), text);
  expect(await lease.isHeld()).toBe(false);
  await until(() => lease.signal.aborted, "the loss");
  expect(lease.signal.reason).toBe("lost");
  expect(names.lines).toMatchObject([{ level: "warn", fields: { name: "job", uuid: "u-1" } }]);
  await lease.release();
  expect(readFileSync(join(folder, ".rojob", "unique", "job.2"), "utf8")).toBe(text);
});

test("a file that nobody can read holds a name for no longer than a lease", async () => {
  const folder = workFolder();
  const names = uniqueNames(folder, { leaseMs: 500 });
  await (await names.acquire("job", "u-1"))!.release();
  writeFileSync(join(folder, ".rojob", "unique", "job.2"), '{"uuid":"u-');
  expect(await names.acquire("job", "u-2")).toBeUndefined();
  let token: number | undefined;
  await until(async () => (token = (await names.acquire("job", "u-2"))?.token), "the takeover");
  expect(token).toBe(3);
});

test("names may hold what file names may not", async () => {
  const names = uniqueNames(workFolder());
  for (const name of ["a/b", "../x", "a.1", "a", "ü *", "."]) {
    expect(await names.acquire(name, `u-${name}`)).toMatchObject({ token: 1 });
    expect(await names.holder(name)).toMatchObject({ uuid: `u-${name}` });
  }
});
