/**
 * How long a test waits for what has to come, ms. Not a promise of the program: it only ends what hangs, on a machine that
 * does much else, too.
 */
export const PATIENCE_MS = 90_000;
