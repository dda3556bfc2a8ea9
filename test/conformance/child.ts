/** Runs cases for the conformance runner: a request by IPC, the answer as one JSON line on descriptor 3. */
import { readFileSync, writeSync } from "node:fs";
import path from "node:path";
import type { RunOutcome, RunRequest } from "../../service/runtime/base/host.js";
import { prepareEnvironment } from "../../service/workers/environment.js";
import { bundleRuntimeFromSource } from "../../service/workers/runtime-script.js";
import type { ChildReply } from "./runner.js";

await bundleRuntimeFromSource();

process.on("message", ({ file, args, cwd }: { file: string; args: Record<string, unknown>; cwd: string }) => {
  process.chdir(cwd);
  let stdout = "";
  const answer = (reply: Omit<ChildReply, "stdout">): void => {
    // The folder is removed after the answer; a thread that is still starting asks where it is.
    process.chdir("/");
    writeAll(`${JSON.stringify({ ...reply, stdout })}\n`);
  };
  const request: RunRequest = {
    uuid: "conformance",
    text: readFileSync(file, "utf8"),
    file: path.basename(file),
    args,
    shareArgs: false,
  };
  const environment = prepareEnvironment();
  try {
    const outcome = environment.run(JSON.stringify(request), {
      cwd,
      env: { ...process.env } as Record<string, string>,
      write(stream, text) {
        if (stream === 1) stdout += text;
        else process.stderr.write(text);
      },
      exit(code, outcomeJson) {
        answer({ outcome: JSON.parse(outcomeJson) as RunOutcome, exitCode: code, failure: "exit" });
        process.exit(code);
      },
    });
    answer({ outcome: JSON.parse(outcome) as RunOutcome, exitCode: 0 });
  } catch (error) {
    answer({ exitCode: -1, failure: `the engine threw: ${(error as Error).stack ?? error}` });
  } finally {
    environment.close();
  }
});

function writeAll(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(3, bytes, at);
}
