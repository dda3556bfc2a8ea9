import { expect, test } from "vitest";
import { nearestName } from "../../service/base/nearest.js";
import { optionNames } from "../../service/config/index.js";

test.each([
  ["PROT", "PORT"],
  ["prt", "PORT"],
  ["LISTN", "LISTEN"],
  ["JOB_TIMEOUT", "JOBTIMEOUT"],
  ["API_KEY", "APIKEY"],
  ["SHOWERROR", "SHOWERRORS"],
  ["WORKER", "WORKERS"],
  ["VERBOSE", undefined],
  ["X", undefined],
])("for %s the nearest option is %s", (name, nearest) => {
  expect(nearestName(name, optionNames)).toBe(nearest);
});
