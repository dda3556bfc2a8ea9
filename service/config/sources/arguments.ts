import { optionSpec } from "../schema.js";
import { findOption, type Origin, type Source, unknownOption } from "./given.js";

const origin: Origin = { kind: "argument", text: "argument" };

/**
 * Reads `NAME=value`, `--name=value`, `--name value`, and `--name` alone for an option that is true or false. Names
 * match in any case; the last of repeated ones counts.
 */
export function readArguments(argv: readonly string[]): Source {
  const source: Source = { given: new Map(), problems: [] };
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at]!;
    const { name, value } = split(argument);
    const option = findOption(name);
    if (option === undefined) {
      source.problems.push(explain(argument, name, value));
      // The value of a misspelt `--name value` is no mistake of its own, and may be a secret.
      if (argument.startsWith("--") && value === undefined && isValue(argv[at + 1])) at++;
      continue;
    }
    if (value !== undefined) source.given.set(option, { text: value, origin });
    else if (!argument.startsWith("--")) {
      source.problems.push(`${option}: no value (argument ${argument}); write ${option}=value`);
    } else if (isValue(argv[at + 1])) {
      source.given.set(option, { text: argv[++at]!, origin });
    } else if (optionSpec(option).type === "boolean") {
      source.given.set(option, { text: "true", origin });
    } else {
      source.problems.push(`${option}: no value (argument ${argument}); write ${argument} value or ${option}=value`);
    }
  }
  return source;
}

function split(argument: string): { name: string; value?: string } {
  const body = argument.startsWith("--") ? argument.slice(2) : argument;
  const equals = body.indexOf("=");
  return equals < 0 ? { name: body } : { name: body.slice(0, equals), value: body.slice(equals + 1) };
}

/** Is this the value of the `--name` before it, rather than the next option? */
function isValue(next: string | undefined): next is string {
  return next !== undefined && !next.startsWith("--") && !(next.includes("=") && findOption(split(next).name));
}

function explain(argument: string, name: string, value: string | undefined): string {
  if (value === undefined && !argument.startsWith("-")) {
    return `${JSON.stringify(argument)} (argument) is not an option; options are written NAME=value or --name value`;
  }
  return unknownOption(name, value, origin);
}
