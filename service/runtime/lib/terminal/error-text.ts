import { isString } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { ansiColor } from "../text/ansi.js";
import { withSideLine } from "../text/side-line.js";

/** `$err`: an exception in a readable form. */

/**
 * @param rethrow throws it again afterwards
 * @param asText gives the text instead of printing it
 */
export function describeError(error: any, rethrow?: boolean, asText?: boolean): string | undefined {
  const lines = [ansiColor("UNDERLINE,BOLD", headOf(error))];
  if (error?.message !== undefined) lines.push(String(error.message));
  const stack = isString(error?.stack) ? error.stack.split("\n").slice(1).filter(isOfJob) : [];
  for (const line of stack) lines.push(ansiColor("FAINT,ITALIC", line.trim()));
  const text = lines.join("\n");
  if (asText) return text;
  world.host.output.write(1, `${withSideLine(text, undefined, "red")}\n`);
  if (rethrow) throw error;
  return undefined;
}

function headOf(error: any): string {
  if (error?.name === undefined) return String(error);
  const place = isString(error.stack) ? /\(?([^\s()]+):(\d+):\d+\)?$/m.exec(error.stack) : null;
  return place === null ? String(error.name) : `${error.name} @${place[1]}:${place[2]}`;
}

/** Frames of the engine are of no use to a job's author. */
const isOfJob = (line: string): boolean => !/rojob:|node:/.test(line);
