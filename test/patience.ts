/** Time limit of a test, ms. Not a promise of the program: it only ends tests that hang, on a busy machine. */
export const PATIENCE_MS = 90_000;
