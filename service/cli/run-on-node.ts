import { randomUUID } from "node:crypto";
import { hasEnded, RunHandle, type RunResult, type Wanted } from "../client/index.js";
import { exitCodes } from "./command.js";
import { callNode, type NodeAccess } from "./node-access.js";
import { startProgress } from "./progress.js";
import { reportResult } from "./run-report.js";
import type { RunSettings } from "./run-request.js";
import { isTerminal, printJson } from "./terminal.js";

/** Seconds after which the state and the output of a run are shown in a terminal. */
const SHOW_AFTER_S = 1;

/**
 * Starts a run on a node and prints its outcome.
 * @param command the command's name, for messages
 * @param offline advice for when no node answers
 * @returns the exit code
 */
export async function runOnNode(
  node: NodeAccess,
  wanted: Wanted,
  args: object,
  settings: RunSettings,
  { command, offline }: { command: string; offline?: string },
): Promise<number> {
  const { isAsync, waitS, ...options } = settings;
  // A request that only records a run can safely be repeated.
  if (isAsync) options.idempotencyKey ??= randomUUID();
  const started = await callNode(
    node,
    () =>
      !isAsync && isTerminal("stderr")
        ? watch(node, wanted, args, options, waitS)
        : node.client.start(wanted, args, { ...options, ...(isAsync ? { async: true } : { waitS }) }),
    offline,
  );
  if (!(started instanceof RunHandle)) return reportResult(command, started);
  const isLeft = isAsync || (started.isAsync && waitS === undefined);
  if (!isLeft && waitS === undefined) {
    return reportResult(command, await callNode(node, () => started.ended(), offline));
  }
  if (isTerminal("stdout")) process.stdout.write(`${started.uuid}\n`);
  else printJson({ uuid: started.uuid });
  if (isLeft) return exitCodes.ok;
  process.stderr.write(
    `rojob ${command}: the run has not ended after ${waitS} s: see \`rojob result ${started.uuid}\`\n`,
  );
  return exitCodes.pending;
}

/** Waits for the end of a run with a progress line; waits for an asynchronous run only with `waitS`. */
async function watch(
  { client, url }: NodeAccess,
  wanted: Wanted,
  args: object,
  options: Omit<RunSettings, "isAsync" | "waitS">,
  waitS?: number,
): Promise<RunResult | RunHandle> {
  const progress = startProgress(`sent to ${url}`);
  const startedAt = Date.now();
  const leave = new AbortController();
  // The user sees the retries; the run continues if the user interrupts the command.
  const kept = { idempotencyKey: options.idempotencyKey ?? randomUUID(), waitS: 0 };
  try {
    const started = await client.start(wanted, args, { ...options, ...kept });
    if (!(started instanceof RunHandle) || (started.isAsync && waitS === undefined)) return started;
    const onInterrupt = (): void => {
      progress.end();
      process.stderr.write(
        `${started.uuid} continues on the node: \`rojob logs ${started.uuid} --follow\`, \`rojob kill ${started.uuid}\`\n`,
      );
      process.exit(exitCodes.interrupted);
    };
    process.once("SIGINT", onInterrupt);
    try {
      void showOutput(started, progress, leave.signal);
      const left = (): number => Math.max(0, (waitS ?? Number.POSITIVE_INFINITY) * 1000 - (Date.now() - startedAt));
      let record = await started.wait({ timeoutMs: Math.min(left(), SHOW_AFTER_S * 1000) });
      while (record.state === "accepted" && left() > 0) {
        progress.state = `${started.uuid} is waiting for a worker`;
        record = await started.wait({ timeoutMs: Math.min(left(), SHOW_AFTER_S * 1000) });
      }
      progress.state = `${started.uuid} is running`;
      if (!hasEnded(record)) record = await started.wait({ timeoutMs: left() });
      return hasEnded(record) ? await started.ended() : started;
    } finally {
      process.off("SIGINT", onInterrupt);
    }
  } finally {
    leave.abort();
    progress.end();
  }
}

async function showOutput(run: RunHandle, progress: { detail: string }, signal: AbortSignal): Promise<void> {
  try {
    for await (const line of run.log({ follow: true, signal })) progress.detail = line;
  } catch {
    // The progress line works without the output; the wait for the end reports errors.
  }
}
