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

/** Exit codes of every command. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;
