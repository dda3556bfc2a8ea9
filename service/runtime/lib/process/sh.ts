import { globals } from "../../base/world.js";
import type { PipeInput } from "./pipes.js";
import { eachLineOfBoth } from "./prefix.js";
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

/**
 * A callback for `cb` that prints each line with a prefix.
 * @param keep gets each line too, and whether it came from standard error
 */
export function prefixedLines(
  prefix = "",
  encoding?: string,
  _separator?: string,
  template?: string,
  keep?: (line: string, isError: boolean) => void,
  info?: (text: string) => void,
  failure?: (text: string) => void,
): StreamCallback {
  const intoLog = globals.__flags?.SH?.prefixLog === true;
  const print = info ?? ((text) => (intoLog ? globals.log : globals.print)(text));
  const printError = failure ?? ((text) => (intoLog ? globals.logErr : globals.printErr)(text));
  const start = template === undefined ? `[${prefix}] ` : String(globals.templify(template, { prefix }));
  return (out: PipeInput, err: PipeInput) =>
    eachLineOfBoth(
      out,
      err,
      (line, isError) => {
        const coloured = globals.ansiColor(isError ? "RED" : "BOLD,BLACK", start);
        (isError ? printError : print)(coloured + line);
        keep?.(line, isError);
      },
      encoding,
    );
}

export const $sh = (command?: Command, input?: string) => new Shell(command, input);

export const sh = (command: Command, ...parameters: Parameters) =>
  run(typeof command === "string" ? command : [...command], parameters);

export const shOfWords = (command: Command, ...parameters: Parameters) =>
  run(typeof command === "string" ? wordsOf(command) : [...command], parameters);
