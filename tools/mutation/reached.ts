/** Task of a test process for one test file. */
export interface TestTask {
  testFile: string;
  /** The mutant to try; undefined: run the unchanged modules and record which mutants each test reaches. */
  mutant?: string;
  /** Names of the tests that reach it; undefined: every test may. */
  tests?: string[] | undefined;
  /** Longest time of a test. */
  testMs?: number;
  /** Number of evaluations that counts as an endless loop. */
  limit?: number;
  /** File of the results, one per line, as JSON. */
  notes: string;
}

/** A line of {@link TestTask.notes}. */
export type Note = { killed: string } | { testFile: string; counts: Record<string, number>; tests: Reached };

/** Mutants that each test reaches, by the name of the test; `""`: code outside of the tests. */
export type Reached = Record<string, string[]>;

/** The name under which the loading of modules counts; no test has it. */
export const LOADING = "\0loading";
