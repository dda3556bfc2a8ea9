import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import { describe, expect, onTestFinished, test } from "vitest";
import { exampleConfigFile } from "../../service/config/generated/example.js";
import { configFileSchema } from "../../service/config/generated/json-schema.js";
import { ConfigError, loadConfig } from "../../service/config/index.js";
import { CronTimes } from "../../service/config/schedules/index.js";
import { rojob } from "../cli/program.js";

function scratch(file: string): string {
  const cwd = mkdtempSync(join(tmpdir(), "rojob-schedules-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, "rojob.config.yaml"), file);
  return cwd;
}

const schedules = (file: string) => loadConfig({ argv: [], env: {}, cwd: scratch(file) }).schedules;

function problems(file: string): readonly string[] {
  try {
    schedules(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  throw new Error("nothing was found wrong");
}

const defaults = { args: {}, overlap: "skip", catchUp: false, enabled: true };

describe("schedules of the config file", () => {
  test("are a list, each with its name, or a map from name to schedule", () => {
    const nightly = {
      name: "nightly",
      cron: "30 2 * * *",
      timezone: "Europe/Lisbon",
      job: "in/report.yaml",
      ...defaults,
    };
    const often = { name: "often", cron: "*/10 * * * * *", ojob: '{"todo":["A"],"jobs":[{"name":"A"}]}', ...defaults };
    expect(
      schedules(`
WORK: elsewhere
schedules:
- { name: nightly, cron: "30 2 * * *", timezone: Europe/Lisbon, job: in/report.yaml }
- { name: often, cron: "*/10 * * * * *", ojob: { todo: [A], jobs: [{ name: A }] } }
`),
    ).toEqual([nightly, often]);
    expect(
      schedules(`
schedules:
  nightly: { cron: "30 2 * * *", timezone: Europe/Lisbon, job: in/report.yaml }
  often:
    cron: "*/10 * * * * *"
    ojob: { todo: [A], jobs: [{ name: A }] }
`),
    ).toEqual([nightly, often]);
    expect(schedules("schedules: []\n")).toEqual([]);
    expect(schedules("schedules:\nPORT: 1\n")).toEqual([]);
    expect(schedules("PORT: 1\n")).toEqual([]);
  });

  test("have arguments as job files have them: numbers, lists, maps", () => {
    const file = `schedules:
- name: a
  cron: "@daily"
  ojob: |
    todo: [A]
  args: { n: 5, on: true, list: [1, x], map: { a: ~ } }
  overlap: queue
  catchUp: true
  enabled: false
`;
    expect(schedules(file)[0]).toMatchObject({
      ojob: "todo: [A]\n",
      args: { n: 5, on: true, list: [1, "x"], map: { a: null } },
      overlap: "queue",
      catchUp: true,
      enabled: false,
    });
  });

  const one = (fields: string) => `schedules:\n- { name: a, cron: "* * * * *", job: a.yaml, ${fields} }\n`;
  const here = "(rojob.config.yaml:1)";
  const takes = "A schedule takes name, cron, timezone, job, ojob, args, overlap, catchUp, enabled";

  test.each([
    [one("overlp: skip"), `schedules.a.overlp: unknown key ${here}; did you mean overlap? ${takes}`],
    [one("when: x"), `schedules.a.when: unknown key ${here}; ${takes}`],
    [one("overlap: stop"), `schedules.a.overlap: "stop" ${here} must be one of skip, queue, kill`],
    [one("catchUp: maybe"), `schedules.a.catchUp: "maybe" ${here} must be true or false`],
    [one("args: [1]"), `schedules.a.args: a list ${here} must be a map`],
    [
      one("timezone: Mars/Base"),
      `schedules.a.timezone: "Mars/Base" ${here} must be the IANA name of a time zone, such as Europe/Lisbon or UTC`,
    ],
    [one("ojob: {}"), `schedules.a: a map ${here} must have either job (path below the RUN folder) or ojob (an oJob)`],
    [
      'schedules:\n- { name: a, cron: "* * * *", job: a.yaml }\n',
      `schedules.a.cron: "* * * *" ${here} must be five fields (minute hour day month weekday), or six with the second first`,
    ],
    [
      'schedules:\n- { name: a, cron: "61 * * * *", job: a.yaml }\n',
      `schedules.a.cron: "61 * * * *" ${here} is not a cron expression: Invalid value for minute: 61`,
    ],
    [
      'schedules:\n- { name: a, cron: "0 0 30 2 *", job: a.yaml }\n',
      `schedules.a.cron: "0 0 30 2 *" ${here} never matches a time`,
    ],
    [
      "schedules:\n- { name: a, cron: 5, job: a.yaml }\n",
      `schedules.a.cron: 5 ${here} must be a text like "30 2 * * *"`,
    ],
    ["schedules:\n- { name: a, job: a.yaml }\n", `schedules.a.cron: ${here} must be a text like "30 2 * * *"`],
    [
      'schedules:\n- { name: a, cron: "* * * * *", job: a.txt }\n',
      `schedules.a.job: "a.txt" ${here} must be the path of a job below the RUN folder, ending in .yaml, .yml or .json`,
    ],
    [
      'schedules:\n- { name: a, cron: "* * * * *", ojob: [1] }\n',
      `schedules.a.ojob: a list ${here} must be an oJob, as a map or as text`,
    ],
    [
      'schedules:\n- { cron: "* * * * *", job: a.yaml }\n',
      `schedules.1.name: ${here} is missing; it must be letters, digits, dots, dashes and underscores, at most 64`,
    ],
    [
      'schedules:\n  a/b: { cron: "* * * * *", job: a.yaml }\n',
      `schedules.a/b.name: ${here} must be letters, digits, dots, dashes and underscores, at most 64`,
    ],
    [
      'schedules:\n  b: { name: a, cron: "* * * * *", job: a.yaml }\n',
      `schedules.a.name: "a" ${here} must be left out or equal its key "b"`,
    ],
    [
      'PORT: 1\nschedules:\n- &x { name: a, cron: "* * * * *", job: a.yaml }\n- { <<: *x, name: A }\n',
      "schedules: two schedules have the name A (rojob.config.yaml:2); rename one",
    ],
    ["schedules: 5\n", "schedules: must be a list of schedules, or a map from name to schedule (rojob.config.yaml:1)"],
    [
      "schedules: [nightly]\n",
      `schedules.1: "nightly" ${here} must be a map of name, cron, timezone, job, ojob, args, overlap, catchUp, enabled`,
    ],
  ])("a mistake is told with the schedule, its field and what would be right: %j", (file, sentence) => {
    expect(problems(file)).toEqual([sentence]);
  });

  test("all mistakes of all schedules are reported at once, with those of the options", () => {
    const file = `PORT: x\n${one("overlap: no, timezone: no")}- { name: b, cron: x, job: y }\n`;
    expect(problems(file).map((line) => line.split(":")[0])).toEqual([
      "PORT",
      "schedules.a.timezone",
      "schedules.a.overlap",
      "schedules.b.cron",
      "schedules.b.job",
    ]);
  });

  test("are in the JSON Schema and, commented out, in the example, which is right when uncommented", () => {
    const { properties } = configFileSchema() as { properties: Record<string, any> };
    const list = properties.schedules.anyOf[0].items;
    expect(list.required).toEqual(["name", "cron"]);
    expect(list.properties.overlap).toMatchObject({ enum: ["skip", "queue", "kill"], default: "skip" });
    expect(list.additionalProperties).toBe(false);
    const [, section] = /\n#(schedules:\n(?:#.*\n)+)/.exec(exampleConfigFile())!;
    const [example] = schedules(section!.replace(/^#/gm, ""));
    expect(example).toMatchObject({
      name: "nightly",
      cron: "30 2 * * *",
      job: "report.yaml",
      ...defaults,
      args: { day: "yesterday" },
    });
    expect(yaml.load(readFileSync(new URL("../../rojob.config.example.yaml", import.meta.url), "utf8")) ?? {}).toEqual(
      {},
    );
  });

  test("are listed by `rojob config`, without the values of their arguments", async () => {
    const cwd = scratch(`schedules:
- { name: nightly, cron: "30 2 * * *", timezone: UTC, job: in/report.yaml, args: { password: hidden }, catchUp: true }
- { name: never, cron: "* * * * *", ojob: { todo: [hidden] }, enabled: false }
`);
    const text = await rojob(["config"], { cwd });
    expect(text.stderr).toBe("");
    expect(text.stdout).toMatch(/^schedules \(rojob\.config\.yaml:1\):\n/m);
    expect(text.stdout).toMatch(
      /^ {2}nightly +30 2 \* \* \* UTC +in\/report\.yaml +overlap skip, catches up, next \S+T02:30:00\.000Z$/m,
    );
    expect(text.stdout).toMatch(/^ {2}never .* ojob .* not enabled$/m);
    const { stdout } = await rojob(["config", "--json"], { cwd });
    const listed = JSON.parse(stdout).schedules;
    expect(listed.origin).toBe("rojob.config.yaml:1");
    expect(listed.value[0]).toMatchObject({ name: "nightly", args: ["password"], catchUp: true });
    expect(text.stdout + stdout).not.toContain("hidden");
  });
});

describe("times", () => {
  const at = (text: string) => Date.parse(text);
  const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());

  test("are those of the time zone, summer and winter", () => {
    const times = new CronTimes("30 2 * * *", "Europe/Lisbon");
    expect(iso(times.next(at("2026-01-10T12:00:00Z")))).toBe("2026-01-11T02:30:00.000Z");
    expect(iso(times.next(at("2026-07-10T12:00:00Z")))).toBe("2026-07-11T01:30:00.000Z");
  });

  test("the next is after, the latest up to a time", () => {
    const times = new CronTimes("*/10 * * * * *", "UTC");
    const ten = "2026-01-10T12:00:10.000Z";
    expect(iso(times.next(at(ten)))).toBe("2026-01-10T12:00:20.000Z");
    expect(iso(times.next(at(ten) - 1))).toBe(ten);
    expect(iso(times.latest(at(ten)))).toBe(ten);
    expect(iso(times.latest(at(ten) + 9999))).toBe(ten);
    expect(iso(times.latest(at(ten) - 1))).toBe("2026-01-10T12:00:00.000Z");
  });
});
