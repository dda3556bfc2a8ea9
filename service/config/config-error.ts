/** All problems of a configuration at once. */
export class ConfigError extends Error {
  /** @param problems one line each: option, source, value (masked if secret) and the right form */
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
  }
}

/** Replaces a secret wherever its value would be printed. */
export const MASK = "********";
