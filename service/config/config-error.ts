/** Everything that is wrong with a configuration, at once. */
export class ConfigError extends Error {
  /** @param problems one line each: option, source, value (masked if secret) and what would be right */
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
  }
}

/** Stands for a secret wherever its value would be printed. */
export const MASK = "********";
