import { nearestName } from "../../base/nearest.js";
import { parseValue, WrongValue } from "../parse-value.js";
import type { Section } from "../sources/given.js";
import { CronTimes, isTimezone } from "./cron.js";
import { fieldNames, nameRegex, nameWords, overlaps, SCHEDULES_SECTION, type ScheduleField } from "./fields.js";
import type { Schedule } from "./schedule.js";

type Fields = Partial<Record<ScheduleField, unknown>>;

/**
 * Reads the schedules of a config file: a list of maps, or a map from name to map.
 * @param problems gets a line for each problem: schedule, field, value and the right form
 */
export function readSchedules(section: Section | undefined, problems: string[]): Schedule[] {
  if (section === undefined || section.value === null || section.value === "") return [];
  const { value, origin } = section;
  const where = ` (${origin.text})`;
  if (typeof value !== "object") {
    problems.push(`${SCHEDULES_SECTION}: must be a list of schedules, or a map from name to schedule${where}`);
    return [];
  }
  const isList = Array.isArray(value);
  const entries = isList ? value.map((entry, index) => [String(index + 1), entry]) : Object.entries(value as object);
  const schedules = new Map<string, Schedule>();
  for (const [key, entry] of entries as [string, unknown][]) {
    const reader = new Reader(isList ? undefined : key, key, entry, where, problems);
    const schedule = reader.read();
    if (schedule === undefined) continue;
    // Nodes store the state of a schedule in files of its name, and some file systems ignore case.
    const same = schedule.name.toLowerCase();
    if (schedules.has(same))
      problems.push(`${SCHEDULES_SECTION}: two schedules have the name ${schedule.name}${where}; rename one`);
    schedules.set(same, schedule);
  }
  return [...schedules.values()];
}

/** Reads one entry. */
class Reader {
  private readonly fields: Fields;
  /** `schedules.nightly`, or `schedules.2` while it has no name. */
  private readonly title: string;
  private isSound = true;

  constructor(
    private readonly key: string | undefined,
    position: string,
    private readonly entry: unknown,
    private readonly where: string,
    private readonly problems: string[],
  ) {
    this.fields = isMap(entry) ? entry : {};
    const { name } = this.fields;
    this.title = `${SCHEDULES_SECTION}.${typeof name === "string" && name !== "" ? name : position}`;
  }

  read(): Schedule | undefined {
    if (!isMap(this.entry)) {
      this.refuse(undefined, `must be a map of ${fieldNames.join(", ")}`);
      return undefined;
    }
    this.checkKeys();
    const timezone = this.timezone();
    const schedule: Schedule = {
      name: this.name(),
      cron: this.cron(timezone),
      timezone,
      ...this.what(),
      args: this.args(),
      overlap: this.value("overlap", { type: "choice", choices: overlaps }, "skip") as Schedule["overlap"],
      catchUp: this.value("catchUp", { type: "boolean" }, false) as boolean,
      enabled: this.value("enabled", { type: "boolean" }, true) as boolean,
    };
    return this.isSound ? schedule : undefined;
  }

  private refuse(field: ScheduleField | undefined, whatIsRight: string): void {
    this.isSound = false;
    const value = field === undefined ? this.entry : this.fields[field];
    const shown = value === undefined ? "" : ` ${show(value)}`;
    this.problems.push(`${this.title}${field === undefined ? "" : `.${field}`}:${shown}${this.where} ${whatIsRight}`);
  }

  private checkKeys(): void {
    for (const key of Object.keys(this.fields)) {
      if ((fieldNames as string[]).includes(key)) continue;
      this.isSound = false;
      const nearest = nearestName(key, fieldNames);
      const hint = nearest === undefined ? "" : `did you mean ${nearest}? `;
      this.problems.push(
        `${this.title}.${key}: unknown key${this.where}; ${hint}A schedule takes ${fieldNames.join(", ")}`,
      );
    }
  }

  private name(): string {
    const { name } = this.fields;
    if (this.key !== undefined && name !== undefined && name !== this.key) {
      this.refuse("name", `must be left out or equal its key ${show(this.key)}`);
    }
    const given = this.key ?? name;
    if (typeof given === "string" && new RegExp(nameRegex).test(given)) return given;
    this.refuse("name", given === undefined ? `is missing; it must be ${nameWords}` : `must be ${nameWords}`);
    return "";
  }

  private timezone(): string | undefined {
    const { timezone } = this.fields;
    if (timezone === undefined || timezone === null) return undefined;
    if (typeof timezone === "string" && isTimezone(timezone)) return timezone;
    this.refuse("timezone", "must be the IANA name of a time zone, such as Europe/Lisbon or UTC");
    return undefined;
  }

  private cron(timezone: string | undefined): string {
    const { cron } = this.fields;
    try {
      if (typeof cron !== "string") throw new WrongValue(`must be a text like "30 2 * * *"`);
      new CronTimes(cron, timezone);
      return cron;
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      this.refuse("cron", error.message);
      return "";
    }
  }

  private what(): Pick<Schedule, "job" | "ojob"> {
    const { job, ojob } = this.fields;
    if ((job === undefined) === (ojob === undefined)) {
      this.refuse(undefined, "must have either job (path below the RUN folder) or ojob (an oJob)");
    } else if (job !== undefined) {
      if (typeof job === "string" && /\.(ya?ml|json)$/.test(job)) return { job };
      this.refuse("job", "must be the path of a job below the RUN folder, ending in .yaml, .yml or .json");
    } else {
      if (typeof ojob === "string" && ojob.trim() !== "") return { ojob };
      if (isMap(ojob)) return { ojob: JSON.stringify(ojob) };
      this.refuse("ojob", "must be an oJob, as a map or as text");
    }
    return {};
  }

  private args(): Record<string, unknown> {
    const { args } = this.fields;
    if (args === undefined || args === null) return {};
    if (isMap(args)) return args;
    this.refuse("args", "must be a map");
    return {};
  }

  private value(field: ScheduleField, spec: Parameters<typeof parseValue>[0], byDefault: string | boolean) {
    const value = this.fields[field];
    if (value === undefined || value === null) return byDefault;
    try {
      return parseValue(spec, String(value), "");
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      this.refuse(field, error.message);
      return byDefault;
    }
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Maps and lists may hold secrets. */
function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return isMap(value) ? "a map" : JSON.stringify(value);
}
