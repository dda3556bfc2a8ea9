import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { childProgram } from "../../child-program.js";
import type { ChildReply } from "../../conformance/runner.js";

const program = childProgram(fileURLToPath(new URL("../../conformance/child.ts", import.meta.url)));

/** Runs job code in an environment of a process of its own and gives its `__pm`, its errors and what it printed. */
export async function runCode(code: string): Promise<{ pm: any; errors: string[]; stdout: string }> {
  const cwd = mkdtempSync(path.join(os.tmpdir(), "rojob-test-"));
  const file = path.join(cwd, "job.yaml");
  writeFileSync(
    file,
    JSON.stringify({ ojob: { logToConsole: false }, jobs: [{ name: "Main", exec: code }], todo: ["Main"] }),
  );
  const started = spawn(process.execPath, ["--no-warnings", await program], {
    stdio: ["ignore", "ignore", "inherit", "pipe", "ipc"],
  });
  try {
    const reply = await answerOf(started, { file, args: {}, cwd });
    const errors = reply.outcome?.errors.flatMap(({ error }) => error) ?? [reply.failure ?? "no outcome"];
    return { pm: JSON.parse(reply.outcome?.result ?? "null"), errors, stdout: reply.stdout };
  } finally {
    started.kill("SIGKILL");
    rmSync(cwd, { recursive: true, force: true });
  }
}

function answerOf(started: ChildProcess, request: object): Promise<ChildReply> {
  return new Promise((resolve, reject) => {
    let text = "";
    (started.stdio[3] as Readable).on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.endsWith("\n")) resolve(JSON.parse(text) as ChildReply);
    });
    started.on("error", reject);
    started.on("close", () => reject(new Error("the process ended without an answer")));
    started.send(request);
  });
}
