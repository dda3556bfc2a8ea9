import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { stringify } from "../data/json.js";
import { toSlon } from "../data/slon.js";
import { fromDate } from "../format/dates.js";
import { templify } from "../template/template.js";
import { ansiColor } from "../text/ansi.js";

/**
 * The log: one line an entry, `<time> | INFO | text`. Errors go to standard error, everything else to standard output.
 * Entries are written at once (the reference writes them a moment later, in order).
 */
export interface LogFormat {
  off?: boolean;
  offInfo?: boolean;
  offError?: boolean;
  offWarn?: boolean;
  dateFormat?: string;
  dateTZ?: string;
  separator?: string;
  indent?: string;
  /** `json`, `slon` or a line for people. */
  format?: string;
  async?: boolean;
  asyncLevel?: number;
  profile?: boolean;
}

const standard: LogFormat = {
  dateFormat: "yyyy-MM-dd HH:mm:ss.SSS",
  separator: " | ",
  indent: "",
  async: true,
  asyncLevel: 3,
  profile: false,
  format: "default",
};

type Level = "INFO" | "ERROR" | "WARN";

const levelColours: Record<Level, string> = { INFO: "", ERROR: "red", WARN: "yellow" };
const switches: Record<Level, keyof LogFormat> = { INFO: "offInfo", ERROR: "offError", WARN: "offWarn" };
const channel = "__log";
let isRecording = false;
const listeners: ((level: Level, message: unknown, time: Date) => void)[] = [];

/** Calls `listener` with every entry, including those that are not written. */
export function onLogEntry(listener: (level: Level, message: unknown, time: Date) => void): void {
  listeners.push(listener);
}

function write(level: Level, message: unknown, options: LogFormat | undefined, lineEnd: string): void {
  const format: LogFormat = { ...jobScope.__logFormat, ...(isMap(options) ? options : {}) };
  const time = new Date(world.host.clock.nowMs());
  if (isRecording) record(level, message, time);
  for (const listener of listeners) listener(level, message, time);
  if (format.off || format[switches[level]]) return;
  world.host.output.write(level === "ERROR" ? 2 : 1, lineOf(level, message, time, format) + lineEnd);
}

function lineOf(level: Level, message: unknown, time: Date, format: LogFormat): string {
  const entry = { "@timestamp": time, level, message };
  if (format.format === "json") return stringify(entry, undefined, "");
  if (format.format === "slon") return toSlon(entry);
  const separator = format.separator ?? " | ";
  const date = format.dateFormat === undefined ? time.toJSON() : fromDate(time, format.dateFormat, format.dateTZ);
  const colour = levelColours[level];
  const word = colour === "" ? level : ansiColor(colour, level);
  return `${format.indent ?? ""}${ansiColor("BOLD", date)}${separator}${word}${separator}${message}`;
}

function record(level: Level, message: unknown, time: Date): void {
  const n = world.host.clock.nowNano();
  jobScope.$ch(channel).set({ n, t: level }, { n, d: time.toJSON(), t: level, m: message });
}

const logger =
  (level: Level, lineEnd = "\n") =>
  (message: unknown, options?: LogFormat): void =>
    write(level, message, options, lineEnd);

const templated =
  (level: Level, lineEnd = "\n") =>
  (template: unknown, data?: unknown, options?: LogFormat): void =>
    write(level, templify(template, data), options, lineEnd);

export const log = logger("INFO");
export const logErr = logger("ERROR");
export const logWarn = logger("WARN");

/** Starts keeping entries in the channel `__log`; `subscriber` is called with each, at most `keep` stay (-1: all). */
export function startLog(subscriber?: unknown, keep = 100): unknown {
  jobScope.$ch(channel).create(true, "simple");
  const trim = jobScope.ow?.ch?.utils?.getHousekeepSubscriber;
  if (keep > -1 && typeof trim === "function") jobScope.$ch(channel).subscribe(trim(channel, keep));
  isRecording = true;
  return typeof subscriber === "function" ? jobScope.$ch(channel).subscribe(subscriber) : undefined;
}

export function stopLog(): void {
  isRecording = false;
  jobScope.$ch(channel).waitForJobs(-1);
  jobScope.$ch(channel).destroy();
}

export const lognl = logger("INFO", "");

export const tlog = templated("INFO");

export const tlognl = templated("INFO", "");

export const tlogErr = templated("ERROR");

export const tlogWarn = templated("WARN");

export const setLog = (format: LogFormat) => {
  jobScope.__logFormat = { ...jobScope.__logFormat, ...format };
};

export const logFlush = () => undefined;

export const getChLog = () => (isRecording ? jobScope.$ch(channel) : undefined);

export const dumpLog = () => jobScope.$ch(channel).getAll();

export const __logFormat = { ...standard };
