import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { descendantsOf, describeProcess } from "../../service/workers/process-table.js";
import { plainFetch } from "../../tools/plain-fetch.js";
import { programArgv } from "../cli/program.js";
import { eventually } from "../workers/pool-helper.js";

/** A node that is process 1, as in a container without an init. */

function canUnshare(): boolean {
  try {
    execFileSync("unshare", ["--pid", "--fork", "--mount-proc", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false; // no such program, or not allowed: the reason the tests are skipped for
  }
}

const KEY = "key-of-the-tests";
let folder: string;
let unshare: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "rojob-one-"));
});
afterEach(() => {
  if (unshare?.exitCode === null) for (const pid of [unshare.pid!, ...descendantsOf(unshare.pid!)]) kill(pid);
  rmSync(folder, { recursive: true, force: true });
});

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Starts `rojob start` as process 1 of a namespace of its own. */
async function startAsOne(): Promise<{ url: string; one: number; ended: Promise<number | null> }> {
  const argv = ["start", "PORT=0", `WORK=${folder}`, `APIKEY=${KEY}`, "WORKERS=1", "LOGLEVEL=error"];
  const started = spawn("unshare", ["--pid", "--fork", "--mount-proc", process.execPath, ...programArgv, ...argv], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  unshare = started;
  let said = "";
  for (const stream of [started.stdout, started.stderr])
    stream.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = new Promise<number | null>((resolve) => started.once("exit", resolve));
  await eventually(() => /^READY \S+/m.test(said) || started.exitCode !== null, "it is ready", 40_000);
  const url = /^READY (\S+)/m.exec(said)?.[1];
  if (url === undefined) throw new Error(`not ready: ${said}`);
  return { url, one: descendantsOf(started.pid!)[0]!, ended };
}

function zombies(): string[] {
  return descendantsOf(unshare!.pid!).flatMap((pid) => {
    const found = describeProcess(pid);
    return found?.isZombie ? [found.name] : [];
  });
}

describe.skipIf(process.platform !== "linux" || !canUnshare())("a node that is process 1", () => {
  test("leaves no zombies of orphans that ended, during their run and with it", async () => {
    const { url } = await startAsOne();
    const ten = `for n in 1 2 3 4 5 6 7 8 9 10; do ( setsid env -i sh -c 'exec ${"sleep $1"}' x $1 >/dev/null 2>&1 & ); done`;
    for (const seconds of ["0.1", "300"]) {
      const exec = `sh("set -- ${seconds}; ${ten.replaceAll('"', '\\"')}; sleep 1"); __pm.done = true`;
      const answer = await plainFetch(`${url}/ojob`, {
        method: "POST",
        headers: { authorization: `Bearer ${KEY}` },
        body: JSON.stringify({ jobs: [{ name: "a", exec }], todo: ["a"] }),
      });
      expect(await answer.json()).toMatchObject({ done: true });
    }
    const sleepers = (): number[] =>
      descendantsOf(unshare!.pid!).filter((pid) => describeProcess(pid)?.name === "sleep");
    await eventually(() => sleepers().length === 0, "nothing is left, alive or not", 40_000);
    await eventually(() => zombies().length === 0, "no zombies are left", 40_000);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("stops by %s as any other, with the code 0", async (signal) => {
    const { one, ended } = await startAsOne();
    process.kill(one, signal);
    expect(await ended).toBe(0);
    expect(existsSync(path.join(folder, ".rojob"))).toBe(true);
    expect(zombies()).toEqual([]);
  });

  test("that cannot start says why and ends with its code", async () => {
    await expect(
      new Promise<number | null>((resolve) => {
        unshare = spawn(
          "unshare",
          ["--pid", "--fork", "--mount-proc", process.execPath, ...programArgv, "start", "PORT=x"],
          {
            cwd: folder,
            stdio: "ignore",
          },
        );
        unshare.once("exit", resolve);
      }),
    ).resolves.toBe(2);
  });
});
