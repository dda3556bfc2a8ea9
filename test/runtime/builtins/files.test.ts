import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { runOJob, textsOf } from "../ojob/run-ojob.js";

const sub = `
jobs:
- name: Work
  exec: |
    __pm.input = [ args.a, args.caller ]
    ow.oJob.output([ { got: args.a } ], args)
todo: [ Work ]
`;

test("another file is run with its own args only; what it puts out goes where it is said", async () => {
  const ran = await runOJob(
    `
ojob: { shareArgs: true }
jobs:
- { name: Look, exec: '__pm.found = [ $get("k"), args.at, args.caller, Object.keys(args).filter(k => k.startsWith("__f")) ]' }
todo:
- { "(run)": sub.yml, "((args))": { a: "{{caller}}" }, "((templateArgs))": true, "((out))": at.path, args: { caller: me } }
- { "(runfile)": sub.yml, "((args))": { a: 2 }, "((key))": k }
- Look
`,
    {},
    { "sub.yml": sub },
  );
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm.input).toEqual([2, null]);
  expect(ran.pm.found).toEqual([[{ got: 2 }], { path: [{ got: "me" }] }, "me", []]);
});

test("the result map of a file that is run can be filled from a key first, and its settings do not stay", async () => {
  const ran = await runOJob(
    `
jobs:
- { name: Fill, exec: '$set("in", { from: "key" })' }
- { name: After, exec: '__pm.shared = isDef(args.left)' }
- { name: Leave, exec: 'args.left = 1' }
todo:
- Fill
- { "(run)": sub.yml, "((inPM))": in }
- Leave
- After
`,
    {},
    {
      "sub.yml":
        "ojob: { shareArgs: true, templateArgs: true }\njobs:\n- { name: Seen, exec: '__pm.seen = __pm._map.from' }\ntodo: [ Seen ]\n",
    },
  );
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toEqual({ _map: { from: "key" }, seen: "key", shared: false });
});

test("(oafp) reads and writes the formats it has, and names those it has not", async () => {
  const ran = await runOJob(
    `
jobs:
- { name: Look, exec: '__pm.file = io.readFileString("o.txt"); __pm.key = $get("kept")' }
todo:
- (oafp): { file: a.csv, from: sort(-n), out: json }
- (oafp): { data: "a: 1", in: yaml, out: slon, outkey: k }
- (oafp): { data: { b: 2, a: [ 1, null ] }, sortmapkeys: true, removenulls: "true", out: yaml }
- (oafp): { data: "{\\"x\\":1}\\n{\\"x\\":2}", in: ndjson, path: "[].x", out: raw }
- (oafp): { data: "one\\ntwo", in: lines, linesjoin: true, out: lines }
- (oafp): { cmd: "echo hello", in: raw, out: raw, outfile: o.txt }
- (oafp): { data: [ { a: 1 } ], out: key, __key: kept }
- (oafp): { data: { n: 1 }, out: template, template: "n={{n}}", templatetmpl: true }
- (oafp): { data: "x", in: jfr }
- (oafp): { data: "[]", in: json, out: grid }
- (oafp): { data: "[]", diff: x }
- Look
`,
    {},
    { "a.csv": "n,t\n1,x\n2,y\n" },
  );
  expect(ran.stdout).toBe('[{"n":"2","t":"y"},{"n":"1","t":"x"}]\n(k: (a: 1))\na:\n- 1\nb: 2\n\n1\n2\none\ntwo\nn=1\n');
  expect(ran.pm).toEqual({ file: "hello\n", key: [{ a: 1 }] });
  const texts = textsOf(ran)["ojob oafp"]!;
  expect(texts[0]).toContain("input format 'jfr' is not available");
  expect(texts[1]).toContain("output format 'grid' is not available");
  expect(texts[2]).toBe("oafp: the parameter 'diff' is not available in the embedded engine");
});

/** A service that answers with what it was asked, as a chat completion. */
const service = `
require("node:http").createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += chunk));
  request.on("end", () => {
    const asked = JSON.parse(text);
    const content = JSON.stringify({ model: asked.model, key: request.headers.authorization, last: asked.messages.slice(1).map((m) => m.content), path: request.url });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ choices: [ { message: { role: "assistant", content: "Here: " + content } } ] }));
  });
}).listen(0, "127.0.0.1", function () { console.log(this.address().port) });
`;

test("(llm) asks the service its options name, or says what is missing", async () => {
  const child = spawn(process.execPath, ["-e", service], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const url = `http://127.0.0.1:${line.toString().trim()}`;
    const ran = await runOJob(`
jobs:
- { name: Look, exec: '__pm.answer = args.answer' }
- name: Ask
  from:
  - (llm): How many?
    ((options)): { type: openai, url: "${url}/v1", key: k, model: small }
    ((inPath)): data
    ((outPath)): answer
  - Look
todo:
- { name: Ask, args: { data: [ 1 ] } }
- (llm): Anything
- (llm): Anything
  ((options)): { type: gemini }
- (llm): Anything
  ((options)): { type: openai }
`);
    expect(ran.pm.answer).toEqual({
      model: "small",
      key: "Bearer k",
      last: ["a JSON input data: [1]", "How many?"],
      path: "/v1/chat/completions",
    });
    const texts = textsOf(ran)["ojob llm"]!;
    expect(texts[0]).toContain("set the environment variable OJOB_MODEL or OAF_MODEL");
    expect(texts[1]).toContain("models of type 'gemini' are not available");
    expect(texts[2]).toContain("options.key is missing");
  } finally {
    child.kill("SIGKILL");
  }
});
