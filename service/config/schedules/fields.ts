/** Entry of the config file that holds the schedules. */
export const SCHEDULES_SECTION = "schedules";

/** A field of a schedule; everything generated from the schema reads this. */
export interface FieldSpec {
  /** Its JSON Schema. */
  schema: object;
  /** For a user, ending in a full stop. */
  help: string;
  /** Its line in the example of the config file. */
  example: string;
}

export const nameRegex = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";
export const nameWords = "letters, digits, dots, dashes and underscores, at most 64";
export const overlaps = ["skip", "queue", "kill"] as const;

/** The fields of a schedule. */
export const scheduleFields = {
  name: {
    schema: { type: "string", pattern: nameRegex },
    help: "Name in logs and records; left out when the schedules are a map from name to schedule.",
    example: "nightly",
  },
  cron: {
    schema: { type: "string" },
    help: "Cron expression: minute hour day month weekday, or six fields with the second first.",
    example: '"30 2 * * *"',
  },
  timezone: {
    schema: { type: "string" },
    help: "IANA name of the time zone of cron. Default: the time zone of the machine.",
    example: "Europe/Lisbon",
  },
  job: {
    schema: { type: "string", pattern: "\\.(ya?ml|json)$" },
    help: "Path of a job below the RUN folder.",
    example: "report.yaml",
  },
  ojob: {
    schema: { type: ["string", "object"] },
    help: "oJob to run instead of job, as a map or as text.",
    example: "{ jobs: [{ name: Hello, exec: 'print(\"hello\")' }], todo: [Hello] }",
  },
  args: {
    schema: { type: "object" },
    help: "Arguments; they override those of the oJob.",
    example: "{ day: yesterday }",
  },
  overlap: {
    schema: { enum: overlaps, default: "skip" },
    help: "If an earlier run has not ended: skip the new run, queue it (at most one waits), or kill the earlier run.",
    example: "skip",
  },
  catchUp: {
    schema: { type: "boolean", default: false },
    help: "Start one run when the node starts if ticks were missed while no node was running.",
    example: "false",
  },
  enabled: {
    schema: { type: "boolean", default: true },
    help: "Whether the schedule is active.",
    example: "true",
  },
} as const satisfies Record<string, FieldSpec>;

export type ScheduleField = keyof typeof scheduleFields;

export const fieldNames = Object.keys(scheduleFields) as ScheduleField[];
