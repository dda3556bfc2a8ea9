/** The worst inputs that clients may send: each costs its receiver far more than its sender. */

/** Bytes of a body: a little less than MAXBODY and MAXRESULT are by default. */
export const SIZE = 9_900_000;

export interface DoorInput {
  name: string;
  /** Path and query. */
  target: string;
  /** Made on first use. */
  body(): string;
  /** Besides the credentials; an empty value is made up anew for each request. */
  headers?: Record<string, string>;
  /** It is a run, which the node refuses without the key. */
  isRun?: boolean;
  /** Its result is read after it was accepted. */
  readsResult?: boolean;
}

const fill = (text: string): string => text.repeat(Math.floor(SIZE / text.length));
const job = (exec: string, after = ""): string =>
  `jobs:\n- name: A\n  exec: |\n${exec.replace(/^/gm, "    ")}\ntodo:\n- A\n${after}`;
const manyAnchors = (): string => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let n = 1, length = 0; length < SIZE; n++) {
    const line = `a${n}: &a${n} {<<: {b: *a${n - 1}}, c: [*a${n - 1}, *a0, *a0]}`;
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join("\n");
};
const nestedMaps = (): string => {
  const block = `k: ${Array.from({ length: 60 }, (_, depth) => `\n${" ".repeat(depth + 1)}k${depth}:`).join("")} 1\n`;
  return Array.from({ length: Math.floor(SIZE / block.length) }, (_, n) => block.replace("k:", `k${n}:`)).join("");
};

/** Bodies that are refused, or are no oJob. */
const bodies: DoorInput[] = [
  { name: "empty lists", target: "/ojob", body: () => `[${fill("[],")}[]]` },
  { name: "empty lists, JSON", target: "/json", body: () => `[${fill("[],")}[]]` },
  { name: "brackets only", target: "/ojob", body: () => fill("[") },
  { name: "flow list, YAML", target: "/yaml", body: () => `a: [${fill("1,")}1]` },
  { name: "!!binary", target: "/yaml", body: () => `a: !!binary "${fill("QUJD")}"` },
  { name: "anchors and aliases", target: "/yaml", body: manyAnchors },
  { name: "nested maps", target: "/yaml", body: nestedMaps },
  { name: "block scalar", target: "/yaml", body: () => `a: |\n${fill("  some text of a line\n")}` },
  { name: "text without an end", target: "/json", body: () => `{"a":"${fill("x")}` },
  { name: "escapes without an end", target: "/v1/runs", body: () => `{"ojob":"${fill("\\n")}` },
];

const letters = `"x".repeat(${SIZE})`;
const values = `Array.from({ length: 600000 }, (_, i) => "v" + i)`;

/** Runs whose outcome or output is large. */
const outcomes: DoorInput[] = [
  { name: "result of one text", target: "/ojob", body: () => job(`__pm.a = ${letters}`), isRun: true },
  { name: "result of many values", target: "/ojob", body: () => job(`__pm.a = ${values}`), isRun: true },
  {
    name: "result of POST /v1/runs",
    target: "/v1/runs",
    body: () => JSON.stringify({ ojob: job(`__pm.a = ${letters}`) }),
    isRun: true,
  },
  {
    name: "result, asynchronous",
    target: "/ojob?__async=1",
    body: () => job(`__pm.a = ${letters}`),
    isRun: true,
    readsResult: true,
  },
  { name: "one long error", target: "/ojob", body: () => job(`throw ${letters}`), isRun: true },
  {
    name: "many long errors",
    target: "/ojob",
    body: () => {
      const names = Array.from({ length: 200 }, (_, n) => `J${n}`);
      const jobs = names.map((name) => `- name: ${name}\n  exec: throw "x".repeat(50000)`);
      return `ojob:\n  sequential: true\njobs:\n${jobs.join("\n")}\ntodo:\n${names.map((name) => `- ${name}`).join("\n")}\n`;
    },
    isRun: true,
  },
  {
    name: "result beside errors of its own",
    target: "/ojob",
    body: () => job(`__pm.__errors = ${values}; throw "it failed"`),
    isRun: true,
  },
  {
    name: "log lines",
    target: "/ojob",
    body: () => job(`for (let i = 0; i < 200000; i++) print("line " + i + " ${"x".repeat(40)}")`),
    isRun: true,
  },
  { name: "empty log lines", target: "/ojob", body: () => job(`print("\\n".repeat(${SIZE}))`), isRun: true },
  { name: "one log line", target: "/ojob", body: () => job(`print(${letters})`), isRun: true },
];

/** A valid oJob of 10 MB that is executed. */
const large: DoorInput[] = [
  {
    name: "large oJob",
    target: "/ojob",
    body: () =>
      JSON.stringify({
        jobs: [{ name: "A", exec: "__pm.a = args.a.length" }],
        todo: ["A"],
        ojob: {},
        args: { a: "x".repeat(SIZE) },
      }),
    isRun: true,
  },
  {
    name: "large oJob, asynchronous",
    target: "/ojob?__async=1",
    body: () =>
      JSON.stringify({
        jobs: [{ name: "A", exec: "__pm.a = args.a" }],
        todo: ["A"],
        args: { a: Array(900_000).fill("é") },
      }),
    isRun: true,
  },
  {
    name: "large oJob, idempotency key",
    target: "/v1/runs",
    body: () =>
      JSON.stringify({
        ojob: { jobs: [{ name: "A", exec: "__pm.a = 1" }], todo: ["A"] },
        args: { a: "x".repeat(SIZE) },
        async: true,
      }),
    headers: { "idempotency-key": "" },
    isRun: true,
  },
];

export const doorInputs: readonly DoorInput[] = [...bodies, ...outcomes, ...large];
