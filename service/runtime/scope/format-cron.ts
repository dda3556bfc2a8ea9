import {
  howManyAgo,
  isCronMatch,
  nextScheduled,
  prevScheduled,
  set2LocalTime,
  set2UTC,
  sleepUntilNext,
  timeUntilNext,
} from "../lib/format/cron.js";
import { parseCron } from "../lib/text/cron.js";

export const scope = {
  "ow.format.cron.parse": parseCron,
  "ow.format.cron.nextScheduled": nextScheduled,
  "ow.format.cron.prevScheduled": prevScheduled,
  "ow.format.cron.timeUntilNext": timeUntilNext,
  "ow.format.cron.sleepUntilNext": sleepUntilNext,
  "ow.format.cron.isCronMatch": isCronMatch,
  "ow.format.cron.howManyAgo": howManyAgo,
  "ow.format.cron.set2UTC": set2UTC,
  "ow.format.cron.set2LocalTime": set2LocalTime,
};
