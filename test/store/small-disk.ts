import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { onTestFinished, type TestContext } from "vitest";
import { temporaryFolder } from "./store-helper.js";

/** A file system of its own, a few MB small, that can be filled up and made read-only. */
export interface SmallDisk {
  folder: string;
  /** Takes all space that is left. */
  fill(): void;
  /** Gives it back. */
  empty(): void;
  setReadOnly(isReadOnly: boolean): void;
  grow(megabytes: number): void;
}

/** Mounts a disk until the test ends; where that is not allowed the test is skipped, or fails with REQUIRE_SERVICES=1. */
export function smallDisk(context: TestContext, megabytes: number): SmallDisk {
  const folder = temporaryFolder();
  const mounted = mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder);
  if (mounted !== undefined) {
    const reason = `a file system cannot be mounted here: ${mounted}`;
    if (process.env.REQUIRE_SERVICES === "1" && process.getuid?.() === 0) throw new Error(reason);
    context.skip(reason);
  }
  onTestFinished(() => void spawnSync("umount", ["-l", folder]));
  const filler = path.join(folder, "filler");
  return {
    folder,
    fill() {
      const fd = openSync(filler, "a");
      try {
        for (let size = 65_536; size >= 1; ) {
          try {
            writeSync(fd, Buffer.alloc(size));
          } catch {
            size >>= 1; // Full for so much.
          }
        }
      } finally {
        closeSync(fd);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    grow(megabytes) {
      const problem = mount("-o", `remount,size=${megabytes}m`, folder);
      if (problem !== undefined) throw new Error(problem);
    },
    setReadOnly(isReadOnly) {
      const problem = mount("-o", `remount,${isReadOnly ? "ro" : "rw"}`, folder);
      if (problem !== undefined) throw new Error(problem);
    },
  };
}

/** @returns why it was not possible */
function mount(...args: string[]): string | undefined {
  const { status, stderr, error } = spawnSync("mount", args, { encoding: "utf8" });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}
