#!/usr/bin/env node
import { readVersion } from "../base/version.js";
import { type Command, exitCodes, UsageError } from "./command.js";
import { commands } from "./command-list.js";
import { nodeVersionNotice } from "./node-version.js";

// The reader of the output may close the pipe (`rojob config | head`).
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exitCodes.ok);
});

const code = await main(process.argv.slice(2));
// Idle connections of a client would keep the process alive for seconds; the output is flushed first.
await new Promise((done) => process.stdout.write("", done));
process.exit(code);

async function main(argv: string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined) {
    process.stderr.write(await helpText());
    return exitCodes.usage;
  }
  if (first === "--version" || first === "-v" || first === "version") {
    process.stdout.write(`${readVersion()}\n`);
    return exitCodes.ok;
  }
  if (first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    process.stdout.write(await helpText());
    return exitCodes.ok;
  }
  if (first === "help") return runCommand(rest[0]!, ["--help"]);
  return /\.(?:ya?ml|json)$/i.test(first) ? runCommand("exec", argv) : runCommand(first, rest);
}

async function helpText(): Promise<string> {
  const { generalHelp } = await import("./help.js");
  return generalHelp(commands);
}

async function runCommand(name: string, argv: string[]): Promise<number> {
  const entry = Object.hasOwn(commands, name) ? commands[name]! : undefined;
  if (entry === undefined) {
    const { nearestName } = await import("../base/nearest.js");
    const nearest = nearestName(name, Object.keys(commands));
    const hint = nearest === undefined ? "`rojob --help` lists the commands" : `did you mean \`rojob ${nearest}\`?`;
    process.stderr.write(`rojob: ${JSON.stringify(name)} is not a command; ${hint}\n`);
    return exitCodes.usage;
  }
  const notice = nodeVersionNotice();
  if (notice !== undefined && !notice.isUsable) {
    process.stderr.write(`rojob ${name}: ${notice.text}\n`);
    return exitCodes.failed;
  }
  const { command } = await entry.load();
  if (asksForHelp(argv) && !command.ownsHelp?.(argv)) {
    const { commandHelp } = await import("./help.js");
    process.stdout.write(commandHelp(command));
    return exitCodes.ok;
  }
  return runReporting(name, command, argv);
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).some((argument) => argument === "--help" || argument === "-h");
}

/** Runs a command; reports an error as a line on the standard error output that starts with the command's name. */
async function runReporting(name: string, command: Command, argv: readonly string[]): Promise<number> {
  try {
    return await command.run(argv);
  } catch (error) {
    const isUsage = error instanceof UsageError || (error as Error).name === "ConfigError";
    const message = error instanceof Error ? error.message : String(error);
    for (const line of message.split("\n")) process.stderr.write(`rojob ${name}: ${line}\n`);
    if (error instanceof UsageError) process.stderr.write(`\`rojob ${name} --help\` shows the usage.\n`);
    return isUsage ? exitCodes.usage : exitCodes.failed;
  }
}
