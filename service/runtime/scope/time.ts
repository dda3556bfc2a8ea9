import { nowE, nowMs, nowNano, nowNanoE, nowTZ, sleep } from "../lib/system/time.js";

export const scope = {
  sleep,
  "af.sleep": sleep,
  now: nowMs,
  nowUTC: nowMs,
  nowE,
  nowNano,
  nowNanoE,
  nowTZ,
};
