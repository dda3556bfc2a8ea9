import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

/** Characters of an error in the summary. */
const MOST_SHOWN = 300;

/**
 * Ends the output with a line for each failure, and one that scripts can read: `N passed, N failed, N skipped`. Where many
 * parts print one after the other, `tools/matrix.ts` repeats these lines at the end.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly { message?: string; stack?: string }[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const failures: string[] = [];
    const fail = (what: string, error: { message?: string; stack?: string } | undefined): void => {
      count.failed++;
      const why = (error?.stack ?? error?.message ?? "").replaceAll(/\s+/g, " ").slice(0, MOST_SHOWN);
      failures.push(`FAILED ${what}: ${why}\n`);
    };
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      // A file that could not be loaded has no tests to count.
      if (module.state() === "failed" && [...module.children.allTests()].length === 0) fail(file, module.errors()[0]);
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === "failed") fail(`${file} > ${test.fullName}`, errors[0]);
        else if (state === "passed" || state === "skipped") count[state]++;
      }
    }
    for (const error of unhandledErrors) fail("an error outside of all tests", error);
    process.on("exit", () => {
      const { passed, failed, skipped } = count;
      process.stdout.write(`${failures.join("")}${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
}
