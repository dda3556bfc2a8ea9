import { UsageError } from "./command.js";
import { excludeEachOther, type ReadFlags, readFlags, readPairs } from "./flags.js";
import { type RunSettings, readRunSettings, runFlags } from "./run-request.js";
import { type ViewName, viewNames } from "./views/names.js";

/** What `rojob exec` was asked for. */
export interface ExecRequest {
  /** Path of the oJob, or `-` for the standard input. */
  file: string;
  /** Arguments of the run; values are texts. */
  args: Record<string, string>;
  local: boolean;
  /** How a node is to run it. */
  settings: RunSettings;
  /** What to show of the file instead of running it. */
  view?: ViewName;
  flags: ReadFlags<typeof flagKinds>;
}

const flagKinds = {
  ...runFlags,
  local: "none",
  help: "none",
  jobs: "none",
  todo: "none",
  deps: "none",
  compile: "none",
} as const;
/** What only a node can do. */
const onNodeOnly = ["timeout", "async", "wait", "priority", "name", "callback", "idempotency"] as const;

/**
 * Reads `FILE k=v…` with flags anywhere before a `--`.
 * @throws UsageError
 */
export function parseExecArguments(argv: readonly string[]): ExecRequest {
  const flags = readFlags(argv, flagKinds, " (everything after -- is a job argument)");
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
