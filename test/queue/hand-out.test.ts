import { expect, test } from "vitest";
import { handOutLimitMs } from "../../service/queue/spool/hand-out.js";

test("handing out takes about as long as KILLGRACE at the most, and never longer than deployments wait", () => {
  expect([0, 700, 2500, 5000, 3_600_000].map(handOutLimitMs)).toEqual([1000, 1000, 2500, 4000, 4000]);
});
