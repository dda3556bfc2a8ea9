import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { LeaseWatch } from "../../service/queue/spool/lease-watch.js";
import { Ownership } from "../../service/queue/spool/ownership.js";
import { UniqueNames } from "../../service/store/unique-names.js";
import { Versions } from "../../service/store/versions.js";

const LEASE_MS = 15_000;

describe("a lease that is watched", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  /** Looks every 5 s. @returns what each look said */
  function look(watch: LeaseWatch, beats: readonly string[], everyMs = 5000): boolean[] {
    return beats.map((beat) => {
      vi.advanceTimersByTime(everyMs);
      return watch.isOver("node a:1", beat);
    });
  }

  it("is over when it has not changed for its whole time", () => {
    expect(look(new LeaseWatch(LEASE_MS), ["1", "1", "1", "1"])).toEqual([false, false, false, true]);
  });

  it("begins anew with each renewal", () => {
    const beats = ["1", "1", "1", "2", "2", "2", "2"];
    expect(look(new LeaseWatch(LEASE_MS), beats)).toEqual([false, false, false, false, false, false, true]);
  });

  it("is not over because who watches was stopped itself", () => {
    const watch = new LeaseWatch(LEASE_MS);
    expect(look(watch, ["1"])).toEqual([false]);
    expect(look(watch, ["1"], 3_600_000)).toEqual([false]);
    expect(look(watch, ["2"], 3_600_000)).toEqual([false]);
  });
});

describe("a node whose clock is 10 minutes off", () => {
  it.each([600_000, -600_000])("(%i ms) takes over no node that lives, and one that does not", async (offMs) => {
    const folder = mkdtempSync(join(tmpdir(), "rojob-clocks-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const log = { warn: () => undefined };
    // So that only the lease tells that it is dead: the process is this one.
    const leaseMs = 600;
    const living = new UniqueNames({ workFolder: folder, node: () => "a:1", log, leaseMs });
    const owner = new Ownership(living);
    const lost = vi.fn();
    expect(await owner.begin("a:1", lost)).toBe(true);
    const versions = new Versions(join(folder, ".rojob", "unique"), false);
    const now = versions.now.bind(versions);
    versions.now = async () => (await now()) + offMs;
    const off = new UniqueNames({ workFolder: folder, node: () => "b:2", log, leaseMs, versions });
    const other = new Ownership(off);
    onTestFinished(() => Promise.all([living.close(), off.close()]).then(() => undefined));

    // As many looks as would do, each after a renewal.
    const stopped = living as unknown as { renewNow(held: unknown): Promise<void>; held: Set<unknown> };
    for (let count = 0; count < 12; count++) {
      await new Promise((resolve) => setTimeout(resolve, leaseMs / 6));
      for (const held of stopped.held) await stopped.renewNow(held);
      expect(await other.of("a:1")).toBeUndefined();
    }
    expect(await owner.isHeld()).toBe(true);

    stopped.renewNow = async () => undefined;
    let taken: unknown;
    while ((taken = await other.of("a:1")) === undefined)
      await new Promise((resolve) => setTimeout(resolve, leaseMs / 6));
    expect(taken).toBeDefined();
    expect(await owner.isHeld()).toBe(false);
  });
});
