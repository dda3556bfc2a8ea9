import { jobScope } from "../../base/job-scope.js";
import { ansiColor } from "../text/ansi.js";
import type { PipeInput } from "./pipes.js";
import { eachLineOfBoth } from "./prefix.js";
import type { StreamCallback } from "./run.js";

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
  const intoLog = jobScope.__flags?.SH?.prefixLog === true;
  const print = info ?? ((text) => (intoLog ? jobScope.log : jobScope.print)(text));
  const printError = failure ?? ((text) => (intoLog ? jobScope.logErr : jobScope.printErr)(text));
  const start = template === undefined ? `[${prefix}] ` : String(jobScope.templify(template, { prefix }));
  return (out: PipeInput, err: PipeInput) =>
    eachLineOfBoth(
      out,
      err,
      (line, isError) => {
        const coloured = ansiColor(isError ? "RED" : "BOLD,BLACK", start);
        (isError ? printError : print)(coloured + line);
        keep?.(line, isError);
      },
      encoding,
    );
}
