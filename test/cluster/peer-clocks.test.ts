import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PeerClocks } from "../../service/cluster/peer-clocks.js";

const dateIn = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

// The clock stands still: what is measured does not depend on how long a step takes.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

test("the clock of a peer is known by its answers, and is news once", () => {
  const clocks = new PeerClocks();
  expect(clocks.aheadS("a:1")).toBe(0);
  expect(clocks.learn("a:1", dateIn(240))).toBe(true);
  expect(clocks.aheadS("a:1")).toBe(240);
  expect(clocks.learn("a:1", dateIn(240))).toBe(false);
  expect(clocks.aheadS("b:1")).toBe(0);
  expect(clocks.learn("a:1", dateIn(0))).toBe(true);
  expect(clocks.aheadS("a:1")).toBe(0);
});

test("a difference within the precision of the header, or beyond what any signature may be off, moves nothing", () => {
  const clocks = new PeerClocks();
  for (const date of [dateIn(1), dateIn(-1), dateIn(3600), dateIn(-86_400), undefined, "", "tomorrow"])
    expect(clocks.learn("a:1", date)).toBe(false);
  expect(clocks.aheadS("a:1")).toBe(0);
});
