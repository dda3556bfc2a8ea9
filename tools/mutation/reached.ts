/** What a process of the tests is told for one test file. */
export interface Orders {
  testFile: string;
  /** The mutant to be tried; undefined: the modules as they are, and what they reach is noted. */
  mutant?: string;
  /** Names of the tests that reach it; undefined: any may. */
  tests?: string[] | undefined;
  /** Longest time of a test. */
  testMs?: number;
  /** More evaluations than this are an endless loop. */
  limit?: number;
  /** Where it is noted what came of it, a line of JSON a note. */
  notes: string;
}

/** A line of {@link Orders.notes}. */
export type Note = { killed: string } | { testFile: string; counts: Record<string, number>; tests: Reached };

/** Mutants that each test reaches, by its name; `""`: what is around them. */
export type Reached = Record<string, string[]>;

/** Where the modules are loaded; no test has that name. */
export const LOADING = "\0loading";
