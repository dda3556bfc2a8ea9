import { jobScope } from "../../base/job-scope.js";
import { minOf } from "../../base/values/lists.js";
import { world } from "../../base/world.js";
import { toSlon } from "../../lib/data/slon.js";
import { elapsedTime4ms } from "../../lib/format/elapsed.js";
import { compare } from "../../lib/maps/merge.js";

/** Unit tests inside a job (`ow.test`). */

/** One execution of a test. */
interface Execution {
  start: number;
  elapsedTime: number;
  status: "PASS" | "FAIL";
  result?: unknown;
  exception?: string;
}

interface Test {
  test: string;
  suite: string;
  hits: number;
  pass: number;
  fail: number;
  start: number;
  executions: Execution[];
}

interface Profile {
  hits: number;
  sum: number;
  last: number;
  start: number;
  max: number;
  min: number;
}

const counts = { test: 0, pass: 0, fail: 0, assert: 0 };
const tests = new Map<string, Test>();
const profiles = new Map<string, Profile>();
let isShown = true;

const nowMs = (): number => world.host.clock.nowMs();
const say = (text: string): void => {
  if (isShown) jobScope.log(text);
};

function profile(key: string): Profile {
  let found = profiles.get(key);
  if (found === undefined) profiles.set(key, (found = { hits: 0, sum: 0, last: 0, start: 0, max: 0, min: Infinity }));
  return found;
}

export function start(key: string): string {
  profile(key).start = nowMs();
  return key;
}

/** @returns ms since `start` of the same key */
export function stop(key: string): number {
  const one = profile(key);
  one.last = nowMs() - one.start;
  one.hits++;
  one.sum += one.last;
  one.max = Math.max(one.max, one.last);
  one.min = Math.min(one.min, one.last);
  return one.last;
}

/** Runs `work` as the test `name` (`suite::test`), counts and reports how it went. */
function run(name: string, work: (report: (result: unknown) => void) => unknown): unknown {
  const [, suite = "Test suite", test = name] = /^(.+)::(.*)$/s.exec(name) ?? [];
  const info = tests.get(name) ?? { test, suite, hits: 0, pass: 0, fail: 0, start: nowMs(), executions: [] };
  tests.set(name, info);
  say(`${name} | TEST`);
  counts.test++;
  info.hits++;
  start(name);
  const execution: Execution = { start: profile(name).start, elapsedTime: 0, status: "PASS" };
  info.executions.push(execution);
  try {
    const value = work((result) => {
      execution.result = result !== null && typeof result === "object" ? toSlon(result) : result;
      jobScope.log(`${name} | ${execution.result}`);
    });
    execution.elapsedTime = stop(name);
    counts.pass++;
    info.pass++;
    say(`${name} | PASS`);
    return value;
  } catch (error) {
    execution.elapsedTime = stop(name);
    execution.status = "FAIL";
    execution.exception = String(error);
    counts.fail++;
    info.fail++;
    say(`${name} | FAIL | ${error}`);
    return undefined;
  }
}

/** @throws a text with both values when they differ */
export function assert(value: unknown, expected: unknown, message?: string, withoutValues = false): void {
  counts.assert++;
  if (compare(value, expected)) return;
  const values = withoutValues
    ? ""
    : ` (got ${JSON.stringify(value, undefined, 2)} but expected ${JSON.stringify(expected)})`;
  throw `${message}${values}`;
}

export function runExternally(name: string, command: string, timeout?: number): unknown {
  return run(name, () => {
    const output = jobScope.sh(command, "", timeout);
    if (jobScope.__exitcode !== 0) throw `exit code ${jobScope.__exitcode}`;
    return output;
  });
}

export function reset(): void {
  Object.assign(counts, { test: 0, pass: 0, fail: 0, assert: 0 });
  tests.clear();
  profiles.clear();
  isShown = true;
}

const allOf = <T>(value: (one: Profile) => T): Record<string, T> =>
  Object.fromEntries([...profiles].map(([key, one]) => [key, value(one)]));

export function toMarkdown(): string {
  const rows: string[] = [];
  const bySuite = [...tests.values()].sort((a, b) => (a.suite + a.test < b.suite + b.test ? -1 : 1));
  for (const { suite, test, executions } of bySuite) {
    for (const { status, elapsedTime, exception, result } of executions) {
      const colour = status === "PASS" ? "green" : "red";
      const badge = `<span style="background-color: ${colour}; color: white">&nbsp;&nbsp;${status}&nbsp;&nbsp;</span>`;
      const outcome = exception?.replace(/\n/g, " ") ?? result ?? "n/a";
      rows.push(`|${suite} | ${test} | ${badge} | ${elapsedTime4ms(elapsedTime)} | ${outcome} |\n`);
    }
  }
  return [
    "# Test results\n\n## Summary\n\n",
    `* Number of tests performed: ${counts.test}\n* Number of tests passed: ${counts.pass}\n`,
    `* Number of tests failed: ${counts.fail}\n* Number of asserts: ${counts.assert}\n`,
    "## Result details\n\n",
    "| Suite | Test | Status | Time | Result       |\n|-------|------|--------|------|--------------|\n",
    ...rows,
  ].join("");
}

const xmlText = (value: unknown): string =>
  String(value).replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]!);

/** The form CI servers read (JUnit). Times are in seconds. */
export function toJUnit(id?: string, name?: string): string {
  const suites = new Map<string, Test[]>();
  for (const test of tests.values()) suites.set(test.suite, [...(suites.get(test.suite) ?? []), test]);
  const seconds = (list: Test[]): number =>
    list.flatMap(({ executions }) => executions).reduce((sum, { elapsedTime }) => sum + elapsedTime, 0) / 1000;
  const all = [...tests.values()];
  let xml = `<testsuites id="${xmlText(id)}" name="${xmlText(name)}" tests="${suites.size}" failures="${counts.fail}" time="${seconds(all)}">`;
  for (const [suite, list] of suites) {
    const runs = list.flatMap((test) => test.executions.map((execution) => ({ test: test.test, execution })));
    const fails = list.reduce((sum, { fail }) => sum + fail, 0);
    const since = new Date(minOf(runs.map(({ execution }) => execution.start))).toISOString();
    xml += `<testsuite id="${xmlText(suite)}" name="${xmlText(suite)}" tests="${runs.length}" failures="${fails}" time="${seconds(list)}" timestamp="${since}">`;
    for (const { test, execution } of runs) {
      const { exception, elapsedTime } = execution;
      const failure =
        exception === undefined
          ? ""
          : `<failure message="${xmlText(exception)}" type="ERROR">${xmlText(exception)}</failure>`;
      xml += `<testcase id="${execution.start}" name="${xmlText(test)}" time="${elapsedTime / 1000}">${failure}</testcase>`;
    }
    xml += "</testsuite>";
  }
  return `${xml}</testsuites>`;
}

export const test = (name: string, work: (report: unknown, args: unknown) => unknown, args?: unknown) =>
  run(String(name), (report) => work(report, args));

export const getCountTest = () => counts.test;

export const getCountPass = () => counts.pass;

export const getCountFail = () => counts.fail;

export const getCountAssert = () => counts.assert;

export const getProfileHits = (key: string) => profile(key).hits;

export const getProfileAvg = (key: string) => profile(key).sum / profile(key).hits;

export const getProfileLast = (key: string) => profile(key).last;

export const getProfileMax = (key: string) => profile(key).max;

export const getProfileMin = (key: string) => profile(key).min;

export const profileReset = (key: string) => void profiles.delete(key);

export const getProfile = () => allOf((one) => ({ ...one }));

export const getAllProfileHits = () => allOf(({ hits }) => hits);

export const getAllProfileAvg = () => allOf(({ sum, hits }) => sum / hits);

export const getAllProfileLast = () => allOf(({ last }) => last);

export const getExecHistory = () => [...tests.values()].map((test) => ({ ...test }));

/** A switch that changes nothing here. */
export const ignored = (_flag: boolean) => undefined;

export const setOutput = (flag: boolean) => {
  isShown = flag;
};
