// Values that examples of several routes have in common.

/** The run of the examples. */
export const EXAMPLE_UUID = "localhost-8787-1795473000000000001";

const AT = 1_795_473_000_000;

/** The record of a run of `run/rojob/echo.yaml` that has ended. */
export const exampleRecord = {
  uuid: EXAMPLE_UUID,
  state: "done",
  file: "rojob/echo.yaml",
  sourceHash: "5d41402abc4b2a76b9719d911017c592ae2bd1f0f0a1f7c3c3f2b9f7a1d0c4e8",
  args: { n: 1 },
  by: "127.0.0.1",
  isAsync: true,
  node: "localhost:8787",
  route: "localhost:8787>worker",
  priority: 0,
  retries: 0,
  attempt: 1,
  acceptedAt: AT,
  claimedAt: AT + 1,
  startedAt: AT + 1,
  endedAt: AT + 3,
  errors: [],
  resultBytes: 7,
};

/** A run that was killed, and one that waits for a worker. */
export const killedRecord = {
  ...exampleRecord,
  resultBytes: 4,
  state: "killed",
  errors: [{ name: "rojob", error: ["the run was killed"] }],
  endedBy: "killed",
};
export const acceptedRecord = {
  ...without(exampleRecord, ["route", "claimedAt", "startedAt", "endedAt", "resultBytes"]),
  state: "accepted",
  attempt: 0,
};

/** Reply of `POST /v1/runs`, without the result. */
export const exampleReply = {
  uuid: EXAMPLE_UUID,
  state: "done",
  errors: [],
  timings: { acceptedAt: AT, waitMs: 0.2, runMs: 1.6 },
};

/** `GET /v1/nodes` of a node that is alone. */
export const exampleNode = {
  host: "localhost",
  port: 8787,
  isSelf: true,
  state: "alive",
  load: { free: 2, waiting: 0, running: 0, forks: 0, draining: false },
  runs: [],
  version: "0.1.0",
  heardAt: AT,
};

/** An oJob with one job, as text and as map. */
export const HELLO = "todo:\n- Hello\n\njobs:\n- name: Hello\n  exec: |\n    __pm.greeting = `Hello ${args.name}`\n";
export const helloMap = { todo: ["Hello"], jobs: [{ name: "Hello", exec: "__pm.greeting = `Hello ${args.name}`" }] };

function without<T extends object>(map: T, keys: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key))) as Partial<T>;
}
