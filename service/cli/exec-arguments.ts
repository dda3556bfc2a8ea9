import { nearestName } from "../config/nearest.js";
import { UsageError } from "./command.js";
import { type ViewName, viewNames } from "./views/names.js";

/** What `rojob exec` was asked for. */
export interface ExecRequest {
  /** Path of the oJob, or `-` for the standard input. */
  file: string;
  /** Arguments of the run; values are texts. */
  args: Record<string, string>;
  local: boolean;
  url?: string;
  apiKey?: string;
  /** Longest time the run may take, ms. */
  timeoutMs?: number;
  /** What to show of the file instead of running it. */
  view?: ViewName;
}

const valueless = ["--local", ...viewNames.map((name) => `--${name}`)];
const flags = ["--url", "--apikey", "--timeout", ...valueless];

/**
 * Reads `FILE k=v…` with flags anywhere before a `--`.
 * @throws UsageError
 */
export function parseExecArguments(argv: readonly string[]): ExecRequest {
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      words.push(word);
      continue;
    }
    const [flag, inline] = splitAtEquals(word === "-h" ? "--help" : word);
    if (!flags.includes(flag)) throw new UsageError(unknownFlag(flag));
    const isAlone = valueless.includes(flag);
    if (isAlone && inline !== undefined) throw new UsageError(`${flag} takes no value`);
    const value = inline ?? (isAlone ? "" : argv[++at]);
    if (value === undefined || (value === "" && !isAlone)) throw new UsageError(`${flag} needs a value`);
    values.set(flag, value);
  }
  const [file, ...pairs] = words;
  if (file === undefined) throw new UsageError("FILE is missing: the path of an oJob, or - for the standard input");
  const local = values.has("--local");
  if (local && values.has("--url")) throw new UsageError("--local and --url exclude each other");
  const views = viewNames.filter((name) => values.has(`--${name}`));
  if (views.length > 1) throw new UsageError(`--${views[0]} and --${views[1]} exclude each other`);
  return {
    file,
    args: readPairs(pairs),
    view: views[0],
    local,
    url: values.get("--url"),
    apiKey: values.get("--apikey"),
    timeoutMs: readTimeout(values.get("--timeout")),
  };
}

function readPairs(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const [key, value] = splitAtEquals(pair);
    if (value === undefined || key === "") {
      throw new UsageError(`${JSON.stringify(pair)} is not an argument for the job: they are written name=value`);
    }
    return [key, value] as const;
  });
  return Object.fromEntries(entries);
}

function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) {
    throw new UsageError(`--timeout: ${JSON.stringify(text)} must be a whole number of ms, at least 1`);
  }
  return Number(text);
}

function unknownFlag(flag: string): string {
  const nearest = nearestName(flag, flags);
  const hint = nearest === undefined ? "those are " + flags.join(", ") : `did you mean ${nearest}?`;
  return `${flag} is not a flag of this command; ${hint} (after -- everything is an argument for the job)`;
}

function splitAtEquals(text: string): [string, string?] {
  const at = text.indexOf("=");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
