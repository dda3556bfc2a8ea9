import { expect, test } from "vitest";
import { runOJob, textsOf } from "../ojob/run-ojob.js";

test("keys are kept whole, in part or as given, and forgotten", async () => {
  const ran = await runOJob(`
jobs:
- name: Whole
  to: [ { "(set)": whole } ]
  exec: delete args.gone
- name: Given
  to:
  - (set): given
    ((data)): { a: "{{n}}", b: null }
  - (set): raw
    ((data)): { a: "{{n}}" }
    ((templateArgs)): false
- name: None
  to: [ { "(set)": none, "((path))": not.there } ]
- name: Unset
  to: [ { "(unset)": whole } ]
- name: Look
  exec: |
    var w = $get("whole") || {}
    __pm[args.as] = [ w.n, w.gone, w.__key, $get("given"), $get("raw") ]
todo:
- { name: Whole, args: { n: 1, gone: 2 } }
- { name: Given, args: { n: 5 } }
- { name: Look, args: { as: before } }
- None
- Unset
- (unset):
- { name: Look, args: { as: after } }
`);
  expect(ran.pm.before).toEqual([1, null, null, { a: "5" }, { a: "{{n}}" }]);
  expect(ran.pm.after[0]).toBeNull();
  expect(Object.keys(textsOf(ran))).toEqual(["None", "ojob unset"]);
  expect(textsOf(ran)["ojob unset"]).toEqual(["aK is not a string"]);
});

test("an unknown key brings nothing into args, and res is what the step before left", async () => {
  const ran = await runOJob(`
jobs:
- name: Use
  from: [ { "(get)": unknown }, { "(get)": text } ]
  exec: __pm.keys = Object.keys(args).filter(k => !k.startsWith("__") && k != "objId" && k != "execid" && k != "init")
- { name: Text, exec: '$set("text", "plain")' }
todo:
- Text
- Use
- { name: Text, args: { left: here } }
- (print): "{{left}}"
- (print): "[{{left}}]"
  ((key)): unknown
- (log): "{{left}}"
  ((level)): INFO
`);
  expect(ran.pm).toEqual({ keys: [] });
  expect(ran.stdout).toBe("here\n[]\n");
});

test("files of other endings are told in the content, and ttl renews what is remembered", async () => {
  const ran = await runOJob(
    `
jobs:
- name: Read
  from:
  - { "(fileget)": note.txt, "((out))": other }
  - { "(fileget)": list.yaml, "((out))": list, "((path))": "[].a" }
  exec: __pm.read = [ args.other, args.list ]
- name: Short
  from: [ { "(fileget)": v.json, "((out))": v, "((ttl))": 20 } ]
  exec: |
    __pm.v = (__pm.v || []).concat(args.v.v)
    io.writeFileString("v.json", '{ "v": 2 }')
    sleep(40)
todo: [ Read, Short, Short ]
`,
    {},
    { "note.txt": "x", "list.yaml": "- a: 1\n- a: 2\n", "v.json": '{ "v": 1 }' },
  );
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toEqual({
    read: [{ error: "Not an yaml, yml or json file." }, [1, 2]],
    v: [1, 2],
  });
});

test("(query) without a key replaces all of res, also after ((from))", async () => {
  const ran = await runOJob(`
jobs:
- name: All
  from:
  - Fill
  - (query): "[0]"
    ((type)): path
    ((from)): rows
    ((key)): shelf
  exec: __pm.shelf = $get("shelf")
- name: Fill
  exec: |
    $set("shelf", { rows: [ { a: 2 }, { a: 1 } ] })
- name: Copy
  from:
  - Fill
  - (query): "sort(a)"
    ((from)): rows
    ((key)): shelf
    ((toKey)): copy
  exec: __pm.copy = [ $get("copy"), $get("shelf").rows.length ]
todo: [ All, Copy ]
`);
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toEqual({ shelf: { a: 2 }, copy: [[{ a: 1 }, { a: 2 }], 2] });
});

test("(ch) takes keys and values from a key of the run", async () => {
  const ran = await runOJob(`
ojob: { channels: { create: [ { name: c } ] } }
jobs:
- { name: Fill, exec: '$set("in", { k: { id: 1 }, v: { id: 1, t: "x" } })' }
- { name: Look, exec: '__pm.all = [ $ch("c").getAll(), $get("n") ]' }
todo:
- Fill
- { "(ch)": c, "((op))": SET, "((key))": in, "((kpath))": k, "((vpath))": v }
- { "(ch)": c, "((op))": size, "((key))": n }
- Look
`);
  expect(ran.pm).toEqual({ all: [[{ id: 1, t: "x" }], 1] });
});

test("(convert) reads each of its formats", async () => {
  const ran = await runOJob(`
jobs:
- name: Read
  from:
  - { "(convert)": args, "((inPath))": y, "((inFormat))": yaml, "((outPath))": o.y }
  - { "(convert)": k, "((inPath))": n, "((inFormat))": ndjson, "((outPath))": o.n }
  - { "(convert)": k, "((inPath))": s, "((inFormat))": slon, "((outPath))": o.s }
  - { "(convert)": k, "((inPath))": x, "((inFormat))": xml, "((outPath))": o.x }
  exec: __pm.o = args.o
todo:
- name: Read
  args: { y: "a: 1", n: "{\\"a\\":1}\\nnope\\n", s: "(a: 1)", x: "<a><b>1</b></a>" }
`);
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm.o).toEqual({ y: { a: 1 }, n: [{ a: 1 }, "nope", {}], s: { a: 1 }, x: { a: { b: "1" } } });
});

test("(findReplace) says what it needs, and keeps $ rules in both modes", async () => {
  const ran = await runOJob(`
jobs:
- name: Edit
  from: [ { "(findReplace)": { "a+": "[$&]" }, "((inputKey))": args, "((inputPath))": t } ]
  exec: __pm.t = args.output
todo:
- (findReplace): { a: b }
- (findReplace): nothing
- { name: Edit, args: { t: "a+ aa a+" } }
`);
  expect(ran.pm).toEqual({ t: "[a+] aa [a+]" });
  expect(textsOf(ran)["ojob find/replace"]![0]).toBe("Need args inputKey or inputFile");
});

test("(fn) calls functions of the run with args that have the names of their parameters", async () => {
  const ran = await runOJob(`
jobs:
- { name: Define, exec: 'global.area = function(w, h) { return { area: w * h } }' }
- name: Use
  from: [ { "(fn)": area, "((key))": args }, { "(fn)": ow.format.round, "((key))": rounded } ]
  exec: __pm.found = [ args.area, $get("rounded") ]
todo:
- Define
- { name: Use, args: { h: 2, w: 3, aNumber: 1.26, aDigits: 1 } }
- (fn): nothingLikeIt
`);
  expect(ran.pm.found[0]).toBe(6);
  expect(Number(ran.pm.found[1])).toBe(1.3);
  expect(textsOf(ran)["ojob function"]![0]).toContain("there is no function 'nothingLikeIt'");
});

test("secrets come from the environment, at a place or field by field, or it is said what is missing", async () => {
  const ran = await runOJob(`
jobs:
- name: Text
  from: [ { "(secget)": HOME, "((secEnv))": true, "((secOut))": a.home } ]
  exec: __pm.home = args.a.home.length > 0
- name: In
  from: [ { name: ojob sec get, args: { secIn: db } } ]
  exec: __pm.db = args.db.length > 0
- name: Fields
  from: [ { "(secget)": k, "((secBucket))": b, "((secPass))": p, "((secMainPass))": m, "((secFile))": s.yml } ]
  exec: __pm.fields = [ args.user, args.pass ]
- name: Keep
  exec: |
    $sec(__, "b", "p", "m", "s.yml").set("k", { user: "joe", pass: "x" })
todo:
- Text
- name: In
  args: { db: { secKey: HOME, secEnv: true } }
- Keep
- Fields
- (secget): NONE
  ((secEnv)): true
- (secget): HOME
  ((secEnv)): true
- (secget): some
`);
  expect(ran.pm.fields).toEqual(["joe", "x"]);
  expect(textsOf(ran)["ojob sec get"]).toEqual([
    "Couldn't retrieve secKey 'NONE' from bucket 'envs'!",
    "ojob sec get: the secret 'HOME' is no map; name in secOut where it goes in args",
    "ojob sec get: secBucket is not given and there is no terminal to ask for it; give it, or set secDontAsk: true",
  ]);
});

test("questions without a terminal fail with what they would ask for", async () => {
  const ran = await runOJob(`
todo:
- (ask): { name: text, more: { age: text } }
  args: { name: Ida }
- (questions): [ { name: who, prompt: "Who? " } ]
- (ask): { name: text }
  ((force)): true
  args: { name: Ida }
`);
  expect(textsOf(ran)).toEqual({
    "ojob ask": [
      "ojob ask: there is no terminal to ask for the arg 'more.age'; give a value in the args",
      "ojob ask: there is no terminal to ask for the arg 'name'; give a value in the args",
    ],
    "ojob questions": ["ojob questions: there is no terminal to ask for the args 'who'; give a value in the args"],
  });
});
