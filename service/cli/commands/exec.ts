import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { RunOutcome } from "../../runtime/base/host.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type ExecRequest, execFlags, parseExecArguments } from "../exec-arguments.js";
import { viewNames } from "../views/view-names.js";

/** `rojob exec`: one run of an oJob file, by a node or in this process. */
export const command: Command = {
  name: "exec",
  group: "runs",
  summary: "run an oJob file on a node, or here",
  usage: [
    "FILE [k=v…] [--url URL] [--key KEY] [--timeout MS] [--async | --wait S] …",
    "FILE [k=v…] --local",
    `FILE ${viewNames.map((name) => `--${name}`).join("|")}`,
  ],
  about: "Runs an oJob file and prints its result map as JSON. The exit code is 0 only if the run succeeded.",
  terms: {
    FILE: "path of the oJob (YAML or JSON), - for the standard input",
    "k=v": "job argument; values are strings",
  },
  flags: execFlags,
  closing: `Mandatory arguments (as the help of the file says) must be given; with --local in a terminal, exec asks for them.`,
  examples: [
    "rojob exec hello.yaml name=Ann",
    "rojob exec hello.yaml name=Ann --local",
    "rojob exec hello.yaml --help",
  ],

  ownsHelp: (argv) => argv.some((word) => !word.startsWith("-") || word === "-"),

  async run(argv) {
    const request = parseExecArguments(argv);
    const text = await readText(request.file);
    if (request.view !== undefined) {
      const { viewText } = await import("../views/index.js");
      process.stdout.write(await viewText(request.view, text, nameOf(request)));
      return exitCodes.ok;
    }
    const { completeArguments } = await import("../missing-arguments.js");
    const completed = await completeArguments(request, text);
    if ("complaint" in completed) {
      process.stderr.write(`rojob exec: ${completed.complaint}\n\n${completed.usage}`);
      return exitCodes.failed;
    }
    request.args = completed.args;
    return request.local ? runHere(request, text) : runThere(request, text);
  },
};

async function runThere({ flags, args, settings }: ExecRequest, text: string): Promise<number> {
  const [{ nodeAccess }, { runOnNode }] = await Promise.all([import("../node-access.js"), import("../run-on-node.js")]);
  return runOnNode(await nodeAccess(flags), { ojob: text }, args, settings, {
    command: "exec",
    offline: "start a node with `rojob start`, or run the file without one with --local",
  });
}

async function runHere(request: ExecRequest, text: string): Promise<number> {
  const [{ runLocal }, { exitCodeOf, reportError, reportErrors }, { printJson }] = await Promise.all([
    import("../../workers/run-local.js"),
    import("../run-report.js"),
    import("../terminal.js"),
  ]);
  const reportOutcome = ({ result, errors, exception, exitCode }: RunOutcome): number => {
    printJson(JSON.parse(result));
    reportErrors("exec", errors);
    if (exception !== undefined) reportError("exec", `the run failed: ${exception.message}`, exception.at);
    return exitCodeOf(errors.length === 0 && exception === undefined, exitCode);
  };
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
    const reason = code === "ENOENT" ? "the file does not exist" : code === "EISDIR" ? "it is a folder" : message;
    throw new UsageError(`FILE ${JSON.stringify(file)}: ${reason}`);
  }
}
