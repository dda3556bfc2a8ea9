import { expect, test } from "vitest";
import { checkFile, createWorkspace } from "../../service/check/index.js";

const LINES = 40;

/** A file that shares no code with another. */
function jobFile(at: number): string {
  const lines = Array.from(
    { length: LINES },
    (_, line) => `    var a${line} = $from(args.list).equals("x", ${at}).select();`,
  );
  return `jobs:\n- name: A\n  exec: |\n${lines.join("\n")}\n- name: B\n  from: A\n  exec: print(args.b${at})\ntodo: [ B ]\n`;
}

/** Processor time of this process, µs: unlike the time of day it does not grow with what else the machine does. */
function spentUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

test("500 files are checked, and the last ones cost no more than the first", async () => {
  const workspace = await createWorkspace({ cwd: process.cwd(), env: {} });
  try {
    const spent: number[] = [];
    for (let hundred = 0; hundred < 5; hundred++) {
      const before = spentUs();
      for (let at = hundred * 100; at < (hundred + 1) * 100; at++) {
        expect(checkFile(jobFile(at), `${at}.yaml`, workspace).runs, `${at}.yaml`).toBe(true);
      }
      spent.push(spentUs() - before);
    }
    expect(spent[4]! / spent[0]!).toBeLessThan(3);
  } finally {
    workspace.close();
  }
});
