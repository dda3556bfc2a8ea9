import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { BackoffTimer, backoffMs, jitteredMs } from "../../service/base/backoff.js";

/** There is one way to wait longer after each attempt in vain: with a cap, and by chance a little shorter. */

const bounds = { firstMs: 100, longestMs: 5000 };

test("pauses double up to the cap, whatever the number of failures", () => {
  const longest = (failures: number): number => backoffMs(failures, bounds, () => 0);
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(longest)).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  for (const failures of [0, -1, 31, 1000, 1e9, Number.MAX_SAFE_INTEGER]) {
    expect(longest(failures)).toBeLessThanOrEqual(5000);
    expect(longest(failures)).toBeGreaterThanOrEqual(100);
  }
});

test("chance takes up to half away, and never all", () => {
  for (let failures = 1; failures < 20; failures++) {
    const whole = backoffMs(failures, bounds, () => 0);
    expect(backoffMs(failures, bounds, () => 0.999999)).toBeGreaterThanOrEqual(Math.floor(whole / 2));
  }
  const drawn = new Set(Array.from({ length: 200 }, () => backoffMs(7, bounds)));
  expect(drawn.size).toBeGreaterThan(100);
  expect(jitteredMs(1000, () => 0.5)).toBe(750);
});

test("one that failed and recovered begins with the shortest pause again", () => {
  const pauses = new BackoffTimer(bounds);
  for (let n = 0; n < 10; n++) pauses.nextMs();
  pauses.reset();
  expect(pauses.nextMs()).toBeLessThanOrEqual(100);
});

/** Powers of two that are no pauses, by file. */
const NO_PAUSES = [
  "service/base/backoff.ts",
  "service/config/parse-value.ts",
  "service/cluster/peer-records.ts",
  "service/queue/redis/redis-backend.ts",
];

test("nobody makes such pauses by hand", () => {
  const service = path.resolve(import.meta.dirname, "../../service");
  const files = readdirSync(service, { recursive: true, encoding: "utf8" }).filter(
    // Job code runs in the runtime, where OpenAF says how long is waited.
    (name) => name.endsWith(".ts") && !name.startsWith("runtime/"),
  );
  const byHand = files.filter((name) => {
    if (NO_PAUSES.includes(`service/${name}`)) return false;
    return /\b2 \*\* |Ms \*= |\* 2, |<< (?:attempt|fail|tri)/.test(readFileSync(path.join(service, name), "utf8"));
  });
  expect(byHand).toEqual([]);
});
