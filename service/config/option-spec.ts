/** Input of a computed default: the machine, and the options settled before it. */
export interface DefaultFacts {
  /** CPUs of this process. */
  cpus: number;
  hostname: string;
  /** First address of a network interface other than loopback; undefined when there is none. */
  address?: string;
  /** Value of an option declared earlier. */
  get(name: string): unknown;
}

/**
 * Type of an option's text.
 * `bytes` takes `512`, `64KB`, `10MB`, `1GB` (powers of 1024); `folder` and `file` become absolute paths.
 */
export type OptionType = "text" | "boolean" | "integer" | "bytes" | "folder" | "file" | "choice";

/** The parsed value of an option. */
export type OptionValue = string | number | boolean;

/** Headings of `--help` and of the README's table, in this order. */
export const groups = {
  network: "Network",
  access: "Access",
  folders: "Folders and files",
  runs: "Runs",
  store: "Retention",
  workers: "Workers",
  cluster: "Cluster",
  log: "Logging",
} as const;

/** One option of a node; everything generated from the schema reads this. */
export interface OptionSpec {
  type: OptionType;
  group: keyof typeof groups;
  /** One or two sentences for a user, ending in a full stop. */
  help: string;
  /** Undefined: the option has no value unless it is given. */
  default?: OptionValue | ((facts: DefaultFacts) => OptionValue);
  /** The default in words, when it is computed. */
  defaultText?: string;
  /** The default when CONTAINER=true. */
  containerDefault?: OptionValue;
  /** Unit of a number: `ms`, `s`, `MB`. */
  unit?: string;
  /** Never printed. */
  secret?: boolean;
  choices?: readonly string[];
  min?: number;
  max?: number;
  /** Form of the text, as a regular expression without flags, and in words. */
  pattern?: { regex: string; words: string };
  /** Cannot be set in the config file. */
  notInFile?: boolean;
}

/** The part of a spec that parsing and formatting need. */
export type ValueSpec = Pick<OptionSpec, "type" | "unit" | "choices" | "min" | "max" | "pattern">;

/** A name or an address, without a port. */
export const hostPattern = {
  regex: "^(?:[A-Za-z0-9][A-Za-z0-9._-]*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$",
  words: "a host name or an IP address, without a port",
};

/** A port, as part of a regular expression. */
export const portRegex = "(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3})";

/** `host:port`, an IPv6 address in brackets; as part of a regular expression. */
export const nodeRegex = `(?:\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\]|[A-Za-z0-9][A-Za-z0-9._-]*):${portRegex}`;

/** One or more entries, separated by commas. */
export function listPattern(entry: string, words: string): { regex: string; words: string } {
  return { regex: `^\\s*${entry}(?:\\s*,\\s*${entry})*\\s*$`, words };
}
