import type { FlagSpecs } from "./flags.js";

/** Headings of the general help, in their order. */
export const commandGroups = {
  runs: "Work with runs",
  nodes: "Start and manage nodes",
  files: "Before anything runs",
} as const;
export type CommandGroup = keyof typeof commandGroups;

/** The description of a command: its help and its part of docs/cli.md come from it. */
export interface CommandText {
  /** The NAME of `rojob NAME`, which is also the name of its file in commands/. */
  name: string;
  /** Absent: neither the general help nor the documentation lists the command. */
  group?: CommandGroup;
  /** One line for the general help. */
  summary: string;
  /** Its forms, without `rojob NAME`. */
  usage: readonly string[];
  /** Paragraphs, in lines of at most 120 characters. */
  about: string;
  /** Words in `usage` that are not flags → their meaning. */
  terms?: Readonly<Record<string, string>>;
  flags: FlagSpecs;
  /** Paragraphs below the flags. */
  closing?: string;
  /** A last part of the help, which the documentation has on another page. */
  appendix?(): string;
  /** Whole command lines, for the documentation. */
  examples: readonly string[];
}

/** One command of the program: the `command` that its file in commands/ exports. */
export interface Command extends CommandText {
  /** Does the command itself answer the `--help` among these arguments? */
  ownsHelp?(argv: readonly string[]): boolean;
  /**
   * @param argv arguments after the command's name
   * @returns the exit code
   * @throws UsageError
   */
  run(argv: readonly string[]): Promise<number>;
}

/** The part of a command that is known before its file is loaded. */
export interface CommandEntry extends Pick<Command, "group" | "summary"> {
  /** Loads the command's file, so that one command does not slow the start of the others. */
  load(): Promise<{ command: Command }>;
}

/** The command was called wrongly: exit code 2, and a pointer to its help. */
export class UsageError extends Error {}

/** Exit codes of every command; a job that calls `exit(code)` decides that of `exec` and `run`. */
export const exitCodes = {
  ok: 0,
  /** The run failed, the node refused or did not answer, or a local error occurred. */
  failed: 1,
  /** The command, an option or the config file is wrong. */
  usage: 2,
  /** There is no node to stop or to show. */
  absent: 3,
  /** The run has not ended yet. */
  pending: 4,
  /** Ctrl-C; the exit code that shells use. */
  interrupted: 130,
} as const;
