import { plainResult, type RunOptions, runCommand, type StreamCallback, wordsOf } from "./run.js";
import { Shell } from "./shell.js";

/** Commands of the system: `$sh`, `sh`, `af.sh`. */

type Command = string | string[];
type Parameters = [
  input?: unknown,
  timeout?: unknown,
  inherit?: boolean,
  folder?: string,
  returnMap?: boolean,
  callback?: StreamCallback,
  encoding?: string,
  dontWait?: boolean,
  envs?: Record<string, unknown>,
  exitCallback?: RunOptions["exitCallback"],
];

function run(command: Command, parameters: Parameters): unknown {
  const [input, timeout, inherit, folder, returnMap, callback, encoding, dontWait, envs, exitCallback] = parameters;
  const options = { input, timeout, inherit, folder, callback, encoding, dontWait, envs, exitCallback };
  const words = Array.isArray(command) ? command.map(String) : command;
  return plainResult(runCommand(words, options), returnMap);
}

export const $sh = (command?: Command, input?: string) => new Shell(command, input);

export const sh = (command: Command, ...parameters: Parameters) =>
  run(typeof command === "string" ? command : [...command], parameters);

export const shOfWords = (command: Command, ...parameters: Parameters) =>
  run(typeof command === "string" ? wordsOf(command) : [...command], parameters);
