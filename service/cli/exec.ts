import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RoJobError, RunResult } from "../client/index.js";
import type { JobError, RunException, RunOutcome } from "../runtime/host.js";
import { type Command, exitCodes, UsageError } from "./command.js";
import { type ExecRequest, parseExecArguments } from "./exec-arguments.js";

const DEFAULT_URL = "http://127.0.0.1:8787";

/** `rojob exec`: one run of an oJob file, by a node or in this process. */
export const exec: Command = {
  help: () => `Usage: rojob exec FILE [k=v…] [--url URL] [--apikey KEY] [--timeout MS]
       rojob exec FILE [k=v…] --local
       rojob exec FILE --help|--jobs|--todo|--deps|--compile

Runs an oJob file and prints its result map as JSON. The exit code is 0 only if the run succeeded.

  FILE          path of the oJob (YAML or JSON), - for the standard input
  k=v           argument of the job; values are texts
  --url URL     node to ask; else ROJOB_URL, else ${DEFAULT_URL}
  --apikey KEY  its key; else ROJOB_APIKEY, APIKEY, or the one kept in WORK/.rojob/apikey (WORK: work)
  --timeout MS  longest time the run may take
  --local       run it in this process, without a node; what the job prints comes before the result map

Without running it, with all it includes:
  --help        what the file does and the arguments it expects
  --jobs        its jobs
  --todo        its todo list
  --deps        what each job of the todo list needs, as a tree
  --compile     the file and its includes as one YAML

Arguments that its help calls mandatory have to be given; with --local in a terminal, they are asked for.
`,

  ownsHelp: (argv) => argv.some((word) => !word.startsWith("-") || word === "-"),

  async run(argv) {
    const request = parseExecArguments(argv);
    if (request.local && request.timeoutMs !== undefined)
      throw new UsageError("--timeout needs a node, --local has none");
    const text = await readText(request.file);
    if (request.view !== undefined) {
      const { viewText } = await import("./views/index.js");
      process.stdout.write(await viewText(request.view, text, nameOf(request)));
      return exitCodes.ok;
    }
    const { completeArguments } = await import("./missing-arguments.js");
    const completed = await completeArguments(request, text);
    if ("complaint" in completed) {
      process.stderr.write(`rojob exec: ${completed.complaint}\n\n${completed.usage}`);
      return exitCodes.failed;
    }
    request.args = completed.args;
    return request.local ? runHere(request, text) : runOnNode(request, text);
  },
};

async function runOnNode(request: ExecRequest, text: string): Promise<number> {
  const url = nodeUrl(request.url ?? (process.env.ROJOB_URL || DEFAULT_URL));
  const apiKey = request.apiKey ?? (process.env.ROJOB_APIKEY || process.env.APIKEY || readKeptKey());
  const client = await import("../client/index.js");
  let reply: RunResult;
  try {
    reply = await new client.RoJobClient({ url, apiKey }).exec(text, request.args, { timeoutMs: request.timeoutMs });
  } catch (error) {
    throw error instanceof client.RoJobError ? new Error(`${error.message}${adviceOn(error, apiKey)}`) : error;
  }
  if (reply.result !== undefined) printResult(JSON.stringify(reply.result));
  reportErrors(reply.errors);
  if (reply.state !== "done") process.stderr.write(`rojob exec: run ${reply.uuid} ended as ${reply.state}\n`);
  return exitCodeOf(reply.state === "done" && reply.errors.length === 0, reply.exitCode);
}

function adviceOn({ status }: RoJobError, apiKey: string | undefined): string {
  if (status === 0) return "; `rojob start` starts a node, --local runs the file without one";
  if (status !== 401) return "";
  return apiKey === undefined
    ? "; give the node's key with --apikey or ROJOB_APIKEY"
    : "; is this the key of that node?";
}

function exitCodeOf(hasSucceeded: boolean, exitCode = 0): number {
  return exitCode !== 0 ? exitCode : hasSucceeded ? exitCodes.ok : exitCodes.failed;
}

async function runHere(request: ExecRequest, text: string): Promise<number> {
  const { runLocal } = await import("../workers/local.js");
  const outcome = await runLocal(
    {
      text,
      file: nameOf(request),
      args: request.args,
      runFolder: resolve(process.env.RUN || "run"),
    },
    reportOutcome,
  );
  return reportOutcome(outcome);
}

/** The file's name for messages. */
function nameOf({ file }: ExecRequest): string {
  return file === "-" ? "standard input" : file;
}

/** Prints how a run in this process ended; returns the exit code. */
function reportOutcome(outcome: RunOutcome): number {
  printResult(outcome.result);
  reportErrors(outcome.errors, outcome.exception);
  return exitCodeOf(outcome.errors.length === 0 && outcome.exception === undefined, outcome.exitCode);
}

function printResult(json: string): void {
  process.stdout.write(`${JSON.stringify(JSON.parse(json), undefined, 2)}\n`);
}

function reportErrors(errors: readonly JobError[], exception?: RunException): void {
  for (const { name, error, at } of errors) {
    const place = at === undefined ? "" : ` (${at.file}:${at.line})`;
    for (const message of error)
      process.stderr.write(`rojob exec: job ${JSON.stringify(name)} failed: ${message}${place}\n`);
  }
  if (exception === undefined) return;
  const place = exception.at === undefined ? "" : ` (${exception.at.file}:${exception.at.line})`;
  process.stderr.write(`rojob exec: the run failed: ${exception.message}${place}\n`);
}

async function readText(file: string): Promise<string> {
  if (file === "-") {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  }
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
    throw new UsageError(`FILE ${JSON.stringify(file)}: ${reason}`);
  }
}

function nodeUrl(text: string): string {
  try {
    const url = new URL(text.includes("://") ? text : `http://${text}`);
    if (url.protocol === "http:" || url.protocol === "https:") return url.href.replace(/\/$/, "");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new UsageError(`URL ${JSON.stringify(text)}: must be like ${DEFAULT_URL}`);
}

/** The key a node started in this folder generated. */
function readKeptKey(): string | undefined {
  const file = join(process.env.WORK || "work", ".rojob", "apikey");
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
