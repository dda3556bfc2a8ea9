/** One command of the program. */
export interface Command {
  /** Text of `rojob NAME --help`, ending in a line end. */
  help(): string;
  /** Is a `--help` among these arguments for the command itself to answer? */
  ownsHelp?(argv: readonly string[]): boolean;
  /**
   * @param argv arguments after the command's name
   * @returns the exit code
   * @throws UsageError
   */
  run(argv: readonly string[]): Promise<number>;
}

/** The command was called wrongly: exit code 2, and a pointer to its help. */
export class UsageError extends Error {}

/** Exit codes of every command; a job that calls `exit(code)` decides that of `exec` and `run`. */
export const exitCodes = {
  ok: 0,
  /** The run failed, the node refused or did not answer, or something went wrong here. */
  failed: 1,
  /** The command, an option or the config file is wrong. */
  usage: 2,
  /** There is no such node: nothing to stop, nothing to show. */
  absent: 3,
  /** The run has not ended yet. */
  pending: 4,
  /** Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;
