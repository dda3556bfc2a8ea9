import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import { fromDate } from "../../lib/format/dates.js";
import { templify } from "../../lib/template/template.js";
import { onLogEntry } from "../../lib/terminal/log.js";
import type { AnyMap } from "../model/shapes.js";

const standard = {
  logFolder: ".",
  filenameTemplate: "log-{{timedate}}.log",
  fileDateFormat: "yyyy-MM-dd",
  lineTemplate: "{{timedate}} | {{type}} | {{{message}}}\n",
  lineDateFormat: "yyyy-MM-dd HH:mm:ss.SSS",
  HKRegExPattern: "log-\\d{4}-\\d{2}-\\d{2}\\.log",
};

/**
 * `ojob.logToFile`: what is logged also goes to files, by default one a day. `HKhowLongAgoInMinutes` removes older ones;
 * they are not compressed or moved. `setLogOff` keeps the entries out of the output.
 */
export function logToFile(settings: AnyMap): void {
  const chosen = { ...standard, ...settings };
  const folder = String(chosen.logFolder);
  const { files } = world.host;
  files.mkdir(folder);
  if (Number(settings.HKhowLongAgoInMinutes) > 0) removeOld(folder, chosen);
  if (settings.setLogOff === true) jobScope.setLog({ off: true });
  onLogEntry((type, message, time) => {
    const name = templify(chosen.filenameTemplate, { timedate: fromDate(time, chosen.fileDateFormat) });
    const timedate = fromDate(time, chosen.lineDateFormat);
    files.write(`${folder}/${name}`, templify(chosen.lineTemplate, { timedate, type, message }), true);
  });
}

function removeOld(folder: string, { HKRegExPattern, HKhowLongAgoInMinutes }: AnyMap): void {
  const { files, clock } = world.host;
  const pattern = new RegExp(`^(?:${HKRegExPattern})$`);
  const beforeMs = clock.nowMs() - Number(HKhowLongAgoInMinutes) * 60_000;
  for (const name of JSON.parse(files.list(folder)) as string[]) {
    const stat = pattern.test(name) ? files.stat(`${folder}/${name}`) : "";
    if (stat !== "" && JSON.parse(stat).modifiedMs < beforeMs) files.remove(`${folder}/${name}`);
  }
}
