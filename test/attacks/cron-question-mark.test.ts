import { expect, test } from "vitest";
import { CronTimes } from "../../service/config/schedules/cron.js";

/** A cron expression means the same on every node, whenever that was started. */

const NOW = Date.UTC(2026, 0, 10, 10, 17, 23);

test.each([
  ["? ? * * *", "minute"],
  ["? * * * *", "minute"],
  ["0 ? * * *", "hour"],
  ["0 0 1 ? *", "month"],
  ["? 0 0 * * *", "second"],
  ["0 ? 0 * * *", "minute"],
  ["0 0 ? * * ?", "hour"],
  ["1,? * * * *", "minute"],
  ["?/5 * * * *", "minute"],
  ["0 0 1,? * *", "day of the month"],
  ["0 0 * * 1-?", "weekday"],
  ["0 0 ?L * *", "day of the month"],
  ["0 0 * * ?#2", "weekday"],
])("%s is refused, by the field that has the question mark", (expression, field) => {
  expect(() => new CronTimes(expression, "UTC")).toThrow(new RegExp(`as its ${field}: .*write \\* for each`));
});

test.each([
  ["0 0 ? * *", "0 0 * * *"],
  ["0 0 * * ?", "0 0 * * *"],
  ["0 0 ? * 1", "0 0 * * 1"],
  ["0 0 15 * ?", "0 0 15 * *"],
  ["30 0 12 ? * MON-FRI", "30 0 12 * * MON-FRI"],
])("%s, as Quartz has it, is %s", (expression, same) => {
  const [given, meant] = [new CronTimes(expression, "UTC"), new CronTimes(same, "UTC")];
  for (let at: number | undefined = NOW, count = 0; count < 20 && at !== undefined; count++) {
    expect(given.next(at)).toBe(meant.next(at));
    at = meant.next(at);
  }
});

test.each(["@reboot", "@every 5m", "H * * * *", "R 0 * * *", "~ * * * *", "2026-01-10T10:00:00", "* * * * * * 2026"])(
  "%s, which is another time on each node or none, is refused",
  (expression) => expect(() => new CronTimes(expression, "UTC")).toThrow(),
);
