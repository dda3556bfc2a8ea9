import { afterEach, expect, test } from "vitest";
import { Cleanliness, collectGarbage, heapUsed } from "../../service/workers/cleanliness.js";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

test("an untouched process is clean, however often it is asked", () => {
  const cleanliness = new Cleanliness();
  for (let time = 0; time < 100; time++) expect(cleanliness.check()).toEqual([]);
});

test("each kind of change is reported in words", async () => {
  const cleanliness = new Cleanliness();
  const expectLeft = (text: string): void => expect(cleanliness.check().join("; ")).toContain(text);

  process.env["LEFT_BY_A_RUN"] = "1";
  expectLeft("environment variables changed");
  delete process.env["LEFT_BY_A_RUN"];

  const path = process.env["PATH"];
  process.env["PATH"] = "/other";
  expectLeft("environment variables changed");
  process.env["PATH"] = path;

  const timer = setInterval(() => undefined, 1000);
  expectLeft("active: ");
  clearInterval(timer);

  const listener = (): void => undefined;
  process.on("SIGUSR2", listener);
  expectLeft("listeners of the process changed");
  process.off("SIGUSR2", listener);
});

test("a changed umask is reported, and set back for the processes of the next moment", () => {
  const before = process.umask();
  undo.push(() => process.umask(before));
  const cleanliness = new Cleanliness();
  process.umask(before ^ 0o070);
  expect(cleanliness.check()).toContain("umask changed");
  expect(process.umask()).toBe(before);
});

test("garbage is collected without a global gc that environments would inherit", () => {
  const used = heapUsed();
  let garbage: unknown[] | undefined = Array.from({ length: 200_000 }, (_, index) => ({ index }));
  expect(garbage.length).toBe(200_000);
  garbage = undefined;
  collectGarbage();
  expect(heapUsed()).toBeLessThan(used + 4_000_000);
});
