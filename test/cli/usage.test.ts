import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { UsageError } from "../../service/cli/command.js";
import { commands } from "../../service/cli/command-list.js";
import { readFlags } from "../../service/cli/flags.js";
import { commandHelp, generalHelp } from "../../service/cli/help.js";
import { readPorts, splitPorts } from "../../service/cli/node-options.js";
import { agoText, durationText, readTime } from "../../service/cli/times.js";
import { allCommands, commandListModule, withCommands } from "../../tools/command-documents.js";

test.each([
  [["run"], "NAME is missing: the path of a job below the run folder"],
  [["result"], "UUID is missing: the id of a run"],
  [["result", "u", "v"], '"v" is not an argument of this command'],
  [["kill"], "UUID is missing: the ids of the runs to kill"],
  [["logs", "u", "--folow"], "--folow is not a flag of this command; did you mean --follow?"],
  [["runs", "--state", "don"], '--state: "don" is not a run state; did you mean done?'],
  [
    ["runs", "--since", "yesterday"],
    '--since: "yesterday" must be a date like 2026-01-31T12:00:00Z, or a time ago: 90s, 15m, 2h, 1d',
  ],
  [["runs", "--limit", "0"], '--limit: "0" must be a whole number, at least 1'],
  [["run", "x", "--async", "--wait", "1"], "--async and --wait are mutually exclusive"],
  [["exec", "slow.json", "--local", "--async"], "--async needs a node and cannot be used with --local"],
  [["stop", "--now", "--cluster"], "--now and --cluster are mutually exclusive"],
  [["start", "--json"], "--json needs --detach"],
  [["start", "PORT=1,2"], "PORT: several ports start several nodes, which needs --detach"],
  [["start", "--detach", "PORT=8787,http"], 'PORT: "8787,http" must be ports from 0 to 65535, separated by commas'],
  [["setup", "PORTS=8787,8787"], "PORT: 8787 is given twice; each node needs its own port"],
  [["setup", "PORTS=0"], "PORTS: 0 means any free port, which clients could not find; give a port"],
  [["nodes", "--add", "nowhere"], '--add: "nowhere" must be HOST:PORT'],
])("rojob %j is a wrong use", async (argv, sentence) => {
  const [name, ...rest] = argv as [string, ...string[]];
  const { command } = await commands[name]!.load();
  const error = await command.run(rest).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toBe(sentence);
});

test("every command tells how it is used", async () => {
  for (const [name, { load }] of Object.entries(commands)) {
    expect(commandHelp((await load()).command), name).toMatch(new RegExp(`^Usage: rojob ${name}[\\s\\S]*\\n$`));
  }
});

test("the list of the commands and docs/cli.md come from the files of the commands (else: npm run generate)", async () => {
  const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
  expect(await commandListModule()).toBe(read("service/cli/command-list.ts"));
  expect(await withCommands(read("docs/cli.md"))).toBe(read("docs/cli.md"));
});

describe("what a command says of itself", async () => {
  const all = Object.entries(await allCommands());

  it.each(all)("is true of %s: its forms and examples have its flags only", (name, { usage, flags, examples }) => {
    const known = Object.entries(flags).flatMap(([flag, { also = flag }]) => [flag, also]);
    for (const text of [...usage, ...examples])
      for (const [, flag] of text.matchAll(/(?<=^|[\s[|])--(\w+)/g)) expect(known, text).toContain(flag);
    for (const example of examples) expect(example).toMatch(new RegExp(`^rojob ${name}\\b`));
  });

  it.each(all)("fits a terminal of 120 columns: %s", (_, command) => {
    for (const line of commandHelp(command).split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("is in the general help when it has a group, and then there is an example", () => {
    const lines = generalHelp(commands).split("\n");
    for (const [name, { group, summary, examples }] of all) {
      expect(lines.includes(`  ${name.padEnd(10)}${summary}`), name).toBe(group !== undefined);
      if (group !== undefined) expect(examples, name).not.toEqual([]);
    }
  });
});

describe("flags", () => {
  const kinds = { url: { value: "URL" }, apikey: { value: "KEY", also: "key" }, follow: { short: "f" } } as const;

  it("stand anywhere before --, with their value behind = or as the next word", () => {
    const flags = readFlags(["a", "--url", "u", "b", "--key=k=1", "-f", "--", "--url"], kinds);
    expect(flags.words).toEqual(["a", "b", "--url"]);
    expect([flags.get("url"), flags.get("apikey")]).toEqual(["u", "k=1"]);
    expect([flags.has("follow"), readFlags(["-"], kinds).words]).toEqual([true, ["-"]]);
  });

  it.each([
    [["--url"], "--url needs a value"],
    [["--url="], "--url needs a value"],
    [["--follow=1"], "--follow takes no value"],
    [["-x"], "-x is not a flag of this command; valid flags are --url, --apikey, --follow"],
    [["--toString"], "--toString is not a flag of this command; valid flags are --url, --apikey, --follow"],
  ])("%j is refused", (argv, sentence) => {
    expect(() => readFlags(argv, kinds)).toThrow(sentence);
  });
});

describe("ports", () => {
  it("are taken out of the options, in every form those may have; the last counts", () => {
    expect(splitPorts(["WORK=w", "PORT=1", "--port", "2,3", "A=1"], {})).toEqual({
      argv: ["WORK=w", "A=1"],
      ports: [2, 3],
    });
    expect(splitPorts(["A=1"], { PORT: "4" })).toEqual({ argv: ["A=1"], ports: [4] });
    expect(splitPorts(["A=1"], {})).toEqual({ argv: ["A=1"] });
  });

  it("may be any free one several times, but no other twice", () => {
    expect(readPorts("0,0")).toEqual([0, 0]);
    expect(() => readPorts("1,1")).toThrow(UsageError);
    expect(() => readPorts("65536")).toThrow(UsageError);
  });
});

describe("times", () => {
  const now = Date.parse("2026-01-31T12:00:00Z");

  it("are read as dates or as how long ago", () => {
    expect(readTime("15m", now)).toBe(now - 900_000);
    expect(readTime("2d", now)).toBe(now - 172_800_000);
    expect(readTime("2026-01-31T11:00:00Z", now)).toBe(now - 3_600_000);
    expect([readTime("soon", now), readTime("5", now), readTime("2026-99-99", now)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("are shown as people say them", () => {
    expect([0, 999, 2500, 65_000, 356_400_000].map(durationText)).toEqual(["0ms", "999ms", "2.5s", "1m 5s", "4d 3h"]);
    expect([agoText(now - 500, now), agoText(now - 130_000, now), agoText(undefined)]).toEqual(["now", "2m ago", "-"]);
  });
});
