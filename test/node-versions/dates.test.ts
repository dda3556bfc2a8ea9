import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rojob, scratchFolder } from "../cli/program.js";

let folder: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  folder = scratchFolder();
});
afterEach(() => folder.remove());

async function outcome(code: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const job = { jobs: [{ name: "A", exec: code }], todo: ["A"] };
  writeFileSync(path.join(folder.path, "job.yaml"), JSON.stringify(job));
  const ended = await rojob(["exec", "job.yaml", "--local"], { cwd: folder.path, env });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout);
}

const WINTER = Date.UTC(2026, 0, 15, 12);
const SUMMER = Date.UTC(2026, 6, 15, 12);

test("names and offsets of time zones are the same whichever ICU a Node has", async () => {
  const zones = {
    "Europe/Lisbon": ["12:00 WET", "13:00 WEST"],
    "Europe/London": ["12:00 GMT", "13:00 BST"],
    "Europe/Berlin": ["13:00 CET", "14:00 CEST"],
    "America/New_York": ["07:00 EST", "08:00 EDT"],
    "Asia/Tokyo": ["21:00 JST", "21:00 JST"],
    "Asia/Kolkata": ["17:30 IST", "17:30 IST"],
    "Asia/Calcutta": ["17:30 IST", "17:30 IST"],
    "Africa/Abidjan": ["12:00 GMT", "12:00 GMT"],
  };
  const code = `
    ow.loadFormat();
    __pm.zones = {};
    ${JSON.stringify(Object.keys(zones))}.forEach(zone => {
      __pm.zones[zone] = [${WINTER}, ${SUMMER}].map(ms => ow.format.fromDate(new Date(ms), "HH:mm z", zone));
    });`;
  expect(await outcome(code)).toEqual({ zones });
});

test("the node's own zone, and its days of 23 and 25 hours, are what the zone says", async () => {
  const code = `
    var hours = day => (new Date(2026, day[0], day[1] + 1) - new Date(2026, day[0], day[1])) / 3600000;
    ow.loadFormat();
    __pm.hours = [[2, 29], [9, 25], [5, 1]].map(hours);
    __pm.text = ow.format.fromDate(new Date(${WINTER}), "yyyy-MM-dd HH:mm z");`;
  const seen = await outcome(code, { TZ: "Europe/Lisbon" });
  expect(seen).toEqual({ hours: [23, 25, 24], text: "2026-01-15 12:00 WET" });
});
