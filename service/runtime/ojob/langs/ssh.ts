import type { Steps } from "../../base/scheduler.js";
import { expanded, takeOutput } from "./output.js";
import { runProcess } from "./process.js";
import { prefixOf, type ShellOptions } from "./shell.js";

/** `lang: ssh`: the code on the standard input of a shell of the host `args.ssh` names, through the system's `ssh`. */
export function* runSsh(args: any, job: any, code: string, options: ShellOptions): Steps<any> {
  const target = args.ssh;
  if (typeof target !== "object" || target === null)
    throw target === undefined ? "ssh not defined or assigned" : "ssh is not a map";
  if (target.pass !== undefined && target.id === undefined)
    throw new Error(
      `Job '${job.name}': args.ssh.pass can not be used: give a key file in args.ssh.id, or use an agent`,
    );
  const prefix = prefixOf(options, args);
  const command = [
    "ssh",
    "-o",
    "BatchMode=yes",
    "-o",
    `ConnectTimeout=${Math.ceil((target.timeout ?? 30_000) / 1000)}`,
  ];
  if (target.id !== undefined) command.push("-i", String(target.id));
  if (target.port !== undefined) command.push("-p", String(target.port));
  if (target.compress) command.push("-C");
  command.push(
    "--",
    target.login === undefined ? String(target.host) : `${target.login}@${target.host}`,
    options.shell,
  );
  const input = expanded(code, args, options.noTemplate);
  const result = yield* runProcess({ command, input, prefix }, options.lang, job.name);
  result.stdout = result.stdout.replaceAll('"', '\\"');
  return takeOutput(args, result, prefix !== undefined);
}
