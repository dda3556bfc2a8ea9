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

test("500 files are checked in less than 10 s", async () => {
  const workspace = await createWorkspace({ cwd: process.cwd(), env: {} });
  try {
    const began = performance.now();
    const reports = Array.from({ length: 500 }, (_, at) => checkFile(jobFile(at), `${at}.yaml`, workspace));
    expect(reports.filter(({ runs }) => runs)).toHaveLength(500);
    expect(performance.now() - began).toBeLessThan(10_000);
  } finally {
    workspace.close();
  }
});
