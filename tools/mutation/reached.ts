/** Task of a test process for one test file. */
export interface Orders {
  testFile: string;
  /** The mutant to try; undefined: run the unchanged modules and record which mutants each test reaches. */
  mutant?: string;
  /** Names of the tests that reach it; undefined: any may. */
  tests?: string[] | undefined;
  /** Longest time of a test. */
  testMs?: number;
  /** More evaluations than this are an endless loop. */
  limit?: number;
  /** File of the results, a line of JSON each. */
  notes: string;
}

/** A line of {@link Orders.notes}. */
export type Note = { killed: string } | { testFile: string; counts: Record<string, number>; tests: Reached };

/** Mutants that each test reaches, by its name; `""`: what is around them. */
export type Reached = Record<string, string[]>;

/** Stands for the loading of modules; no test has that name. */
export const LOADING = "\0loading";
