import { expect, test } from "vitest";
import { runOJob, textsOf } from "../ojob/run-ojob.js";

/** Without colour codes, as they only end colours that were never begun. */
const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "");

test("(print) and (log) write by level, and nothing for a level they do not know", async () => {
  const ran = await runOJob(`
todo:
- { "(print)": "to stderr", "((level))": error }
- { "(print)": nowhere, "((level))": loud }
- { "(log)": nowhere, "((level))": Warn }
- { "(log)": "{{n}}", "((key))": args, "((level))": warn, "((options))": { dateFormat: "'D'" }, args: { n: 3 } }
`);
  expect(ran.stdout).toBe("D | WARN | 3\n");
  expect(ran.stderr).toContain("to stderr\n");
  expect(ran.errors).toEqual([]);
});

test("(printmd) draws Markdown and takes its own args away", async () => {
  const ran = await runOJob(`
jobs:
- name: Show
  to: [ { "(printmd)": "# {{title}}\\n" } ]
  exec: args.title = "Menu"
todo: [ Show ]
`);
  expect(plain(ran.stdout)).toContain("Menu");
  expect(ran.errors).toEqual([]);
});

test("(output) shows parts, titles, and the args when the key is unknown", async () => {
  const ran = await runOJob(`
jobs:
- { name: Fill, exec: '$set("data", { a: { b: [ 1, 2 ] }, id: 7 })' }
- { name: Stored, exec: '__pm.id = [ $get("data").id, $get("n") ]' }
todo:
- Fill
- { "(output)": data, "((path))": a.b, "((format))": json, "((title))": T }
- { "(output)": nothing, "((format))": json, "((path))": "{ x: x }", args: { x: 1 } }
- { "(output)": data, "((path))": length(a.b), "((format))": set_n }
- { "(output)": data, "((path))": "a.none", "((format))": json }
- { "(output)": 5 }
- Stored
`);
  expect(ran.stdout).toBe('{"T":[1,2]}\n{"x":1}\n\nnull\n');
  expect(ran.pm).toEqual({ id: [null, 2] });
  expect(textsOf(ran)).toEqual({ "ojob output": ["key is not a string"] });
});

test("(output) in the formats args and res leaves the value there", async () => {
  const ran = await runOJob(`
jobs:
- name: Use
  from: [ { "(output)": data, "((format))": args } ]
  exec: __pm.map = args._map
- { name: Fill, exec: '$set("data", { a: 1 })' }
todo: [ Fill, Use ]
`);
  expect(ran.pm).toEqual({ map: { a: 1 } });
});

test("a template comes from args, a key or a file, and its text goes where it is said", async () => {
  const ran = await runOJob(
    `
jobs:
- { name: Fill, exec: '$set("in", { t: "{{n}}!", d: { n: 5 } })' }
- { name: Note, exec: '__pm.noted = args.dataFile' }
- { name: Look, exec: '__pm.made = $get("made"); __pm.text = io.readFileString("out.txt")' }
- name: Own
  from: [ { "(template)": "{{$compare n '>' 1}}", "((data))": { n: 2 }, "((out))": args } ]
  exec: __pm.own = args.output
todo:
- Fill
- { "(template)": "{{x}}", "((key))": in, "((dpath))": d, "((out))": made, "((outPath))": a.b, args: { data: { x: 1 } } }
- name: ojob template
  args: { templateFile: t.hbs, dataFile: d.json, outputFile: out.txt, logJob: Note }
- Look
- Own
`,
    {},
    { "t.hbs": "Hi {{who}}", "d.json": '{ "who": "Al" }' },
  );
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toEqual({ noted: "d.json", made: { a: { b: "1" }, output: "1" }, text: "Hi Al", own: "true" });
});

test("a template folder fills its files, tells of sub-folders, and follows descriptions", async () => {
  const ran = await runOJob(`
jobs:
- name: Make
  exec: |
    io.mkdir("src/sub"); io.mkdir("meta")
    io.writeFileString("src/a.txt", "{{n}}")
    io.writeFileString("meta/list.yaml", "- { template: 'x{{n}}', outputFile: x.txt }\\n- { template: y, outputFile: y.txt }\\n")
- name: Look
  exec: |
    __pm.a = io.readFileString("out/a.txt")
    __pm.x = io.readFileString("made/x.txt") + io.readFileString("made/y.txt")
todo:
- Make
- { "(templateFolder)": src, "((outputFolder))": out, "((data))": { n: 1 }, "((templatePath))": "[?isFile]" }
- { "(templateFolder)": meta, "((outputFolder))": made, "((data))": { n: 2 }, "((metaTemplate))": true }
- Look
- { "(templateFolder)": src, "((outputFolder))": out, "((data))": { n: 1 } }
`);
  expect(ran.pm).toEqual({ a: "1", x: "x2y" });
  expect(Object.keys(textsOf(ran))).toEqual(["ojob template"]);
  expect(textsOf(ran)["ojob template"]![0]).toContain("Is a directory");
});

test("reports tell what ran, what it depended on and what is planned, now or at the end", async () => {
  const ran = await runOJob(`
jobs:
- { name: One, deps: [ Two ] }
- { name: Two }
- { name: Plan, to: [ { "(check)": Two, "((actions))": Two } ] }
- { name: Other plan, to: [ { "(check)": Two, "((actions))": [ ] } ] }
todo:
- ojob final deps report
- Two
- One
- Plan
- Other plan
- ojob job report
- ojob report
- (print): last
`);
  expect(textsOf(ran)).toEqual({});
  const lines = plain(ran.stdout)
    .split("\n")
    .map((line) => line.trimEnd());
  expect(lines.some((line) => /^Plan\s*│none\s*│false/.test(line))).toBe(true);
  expect(lines.some((line) => /^Other plan\s*│none/.test(line))).toBe(true);
  expect(lines.some((line) => /^TOTAL:/.test(line))).toBe(true);
  expect(lines.indexOf("last")).toBeLessThan(lines.findIndex((line) => /^[╭├╰] One/.test(line)));
  expect(lines.find((line) => /^[╭├╰] One/.test(line))).toContain("✓ Two");
});

test("(debug) shows the args and res; (jobdebug) turns comments into lines", async () => {
  const ran = await runOJob(`
jobs:
- name: Sample
  exec: |
    var n = 3
    //# n == 3
    //# n == 4
    //?s { a: n }
    n++ //? n
    //? missing
    if (n > 3) throw new Error("here")
todo:
- { "(debug)": , args: { shown: value } }
- (jobsdebug): [ Sample ]
  ((emoticons)): "false"
- Sample
- (jobdebug): None
`);
  const text = plain(ran.stdout);
  expect(text).toContain('"shown": "value"');
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith("║"))
    .map((line) => line.replace(/[║\s]+/g, " ").trim());
  expect(lines.slice(0, 3)).toEqual(["# n == 3", "? { a: n } = (a: 3)", "? n = 4"]);
  expect(lines[3]).toMatch(/^! ReferenceError/);
  expect(textsOf(ran)).toEqual({ Sample: ["Error: here"], "ojob job debug": ["Job 'None' not found."] });
  expect(ran.errors.find(({ name }) => name === "Sample")!.at).toMatchObject({ line: 11 });
});
