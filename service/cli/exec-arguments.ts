import { UsageError } from "./command.js";
import { excludeEachOther, type FlagSpec, type FlagSpecs, type ReadFlags, readFlags, readPairs } from "./flags.js";
import { type RunSettings, readRunSettings, runFlags } from "./run-request.js";
import { type ViewName, viewNames, views } from "./views/view-names.js";

/** The arguments of `rojob exec`. */
export interface ExecRequest {
  /** Path of the oJob, or `-` for the standard input. */
  file: string;
  /** Arguments of the run; values are texts. */
  args: Record<string, string>;
  local: boolean;
  /** Settings of the run on a node. */
  settings: RunSettings;
  /** The view of the file to show instead of running it. */
  view?: ViewName;
  flags: ReadFlags<typeof execFlags>;
}

/** Flags of `rojob exec`. */
export const execFlags = {
  ...runFlags,
  local: {
    help: "run it in this process, without a node; the output of the job comes before the result map",
  },
  ...viewFlags(),
} as const satisfies FlagSpecs;
/** Flags that need a node. */
const onNodeOnly = ["timeout", "async", "wait", "priority", "name", "callback", "idempotency"] as const;

/**
 * Reads `FILE k=v…` with flags anywhere before a `--`.
 * @throws UsageError
 */
export function parseExecArguments(argv: readonly string[]): ExecRequest {
  const flags = readFlags(argv, execFlags, " (everything after -- is a job argument)");
  const [file, ...pairs] = flags.words;
  if (file === undefined) throw new UsageError("FILE is missing: the path of an oJob, or - for the standard input");
  excludeEachOther(flags, "local", "url");
  const views = viewNames.filter((name) => flags.has(name));
  if (views.length > 1) throw new UsageError(`--${views[0]} and --${views[1]} are mutually exclusive`);
  const settings = readRunSettings(flags);
  const needsNode = onNodeOnly.find((name) => flags.has(name));
  if (flags.has("local") && needsNode !== undefined)
    throw new UsageError(`--${needsNode} needs a node and cannot be used with --local`);
  return { file, args: readPairs(pairs), local: flags.has("local"), settings, view: views[0], flags };
}

function viewFlags(): Record<ViewName, FlagSpec> {
  const heading = "Without running the file, show with its includes:";
  const { help, ...others } = views;
  const flags = Object.entries(others).map(([name, text]) => [name, { help: text }]);
  return { help: { help, heading, short: "h" }, ...Object.fromEntries(flags) } as Record<ViewName, FlagSpec>;
}
