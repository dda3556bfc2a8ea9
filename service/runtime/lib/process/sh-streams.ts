import { jobScope } from "../../base/job-scope.js";
import { encode } from "../../base/values/bytes.js";
import type { PipeInput, PipeOutput } from "./pipes.js";
import { eachBlockOfBoth, eachLineOfBoth } from "./prefix.js";
import type { StreamCallback } from "./run.js";

/** Callbacks for `cb` that hand on what a command writes. */

type Change = (line: string) => unknown;

const same: Change = (line) => line;

/** Takes a block of text: where it came from, ways to print it, and a way to answer the command. */
type Handle = (
  from: "in" | "err",
  text: string,
  print: (text: string) => void,
  printError: (text: string) => void,
  answer: (text: string) => void,
) => unknown;

const passOn: Handle = (from, text, print, printError) => (from === "in" ? print(text) : printError(text));

const writeTo = (text: string, input: PipeOutput): void => input.put(encode(text));

export function handled(
  handle: Handle = passOn,
  print: (text: string) => void = jobScope.printnl,
  printError: (text: string) => void = jobScope.printErrnl,
  answer: (text: string, input: PipeOutput) => void = writeTo,
): StreamCallback {
  return (out, err, input) => {
    eachBlockOfBoth(out, err, (text, isError) =>
      handle(isError ? "err" : "in", text, print, printError, (reply) => answer(reply, input)),
    );
    return 0;
  };
}

export const streamSH =
  (change: Change = same, encoding?: string): StreamCallback =>
  (out: PipeInput, err: PipeInput) =>
    eachLineOfBoth(out, err, (line, isError) => (isError ? jobScope.printErr : jobScope.print)(change(line)), encoding);

export const streamSHLog =
  (change: Change = same): StreamCallback =>
  (out: PipeInput, err: PipeInput) =>
    eachLineOfBoth(out, err, (line, isError) => (isError ? jobScope.logErr : jobScope.log)(change(line)));
