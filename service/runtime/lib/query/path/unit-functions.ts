import { jobScope } from "../../../base/job-scope.js";
import { isDate, isNull, isNumber } from "../../../base/values/types.js";
import { jsonParse } from "../../data/json.js";
import { fromSlon } from "../../data/slon.js";
import { pathFunction as fn, type PathFunction } from "./signature.js";

const format = (): any => jobScope.ow.format;

/** Functions on dates and abbreviated numbers that OpenAF adds to JMESPath. */
export const unitFunctions: Record<string, PathFunction> = {
  to_bytesAbbr: fn("number", (count: number) => format().toBytesAbbreviation(count)),
  from_bytesAbbr: fn("string", (text: string) => format().fromBytesAbbreviation(text)),
  to_numAbbr: fn("number", (value: number) => format().toAbbreviation(value)),
  to_numSpace: fn("number string", (value: number, space: string) => format().toNumberSpacing(value, space)),
  from_numSpace: fn("string string", (text: string, space: string) => format().fromNumberSpacing(text, space)),
  from_siAbbr: fn("string", (text: string) => format().fromSIAbbreviation(text)),
  from_timeAbbr: fn("string", (text: string) => format().fromTimeAbbreviation(text)),
  from_ms: fn("number string", (ms: number, options: string) => format().elapsedTime4ms(ms, optionsOf(options))),
  to_ms: fn("any", msOf),

  now: fn("any", (ago: any) => jobScope.now() - ago),
  to_date: fn("any", toDate),
  to_isoDate: fn("any", (value: any) => {
    const date = toDate(value);
    return isDate(date) ? date.toISOString() : value;
  }),
  to_datef: fn("any string", (text: any, pattern: string) => format().toDate(text, pattern)),
  from_datef: fn("any string", (date: any, pattern: string) => format().fromDate(date, pattern)),
  date_diff: fn("any string any", dateDiff),
  timeago: fn("any", (date: any) => format().timeago(msOf(date))),
  timeagoAbbr: fn("any", (date: any) => format().timeago(msOf(date), true)),
};

function msOf(value: any): any {
  return isDate(value) ? value.getTime() : value;
}

function toDate(value: any): any {
  return isNumber(value) ? new Date(value) : format().fromISODate(value);
}

/** Options as JSON or SLON text; anything else means none. */
function optionsOf(text: string): any {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return jsonParse(text, undefined, undefined, true);
  return trimmed.startsWith("(") ? fromSlon(text) : undefined;
}

const UNITS: Record<string, string> = {
  minutes: "inMinutes",
  hours: "inHours",
  days: "inDays",
  months: "inMonths",
  weeks: "inWeeks",
  years: "inYears",
};

/** Whole units from the date to now; `missing` (a text, else null) where there is no date. */
function dateDiff(date: any, unit: string, missing: any): any {
  if (isNull(date)) return typeof missing === "string" ? missing : null;
  return format().dateDiff[UNITS[unit] ?? "inSeconds"](new Date(date));
}
