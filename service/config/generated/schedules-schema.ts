import { type FieldSpec, nameRegex, SCHEDULES_SECTION, scheduleFields } from "../schedules/fields.js";

const fields = Object.entries(scheduleFields) as [string, FieldSpec][];

/** JSON Schema of the schedules: a list of maps with a name, or a map from name to map. */
export function schedulesSchema(): object {
  const schedule = (required: string[]): object => ({
    type: "object",
    additionalProperties: false,
    required,
    oneOf: [{ required: ["job"] }, { required: ["ojob"] }],
    properties: Object.fromEntries(fields.map(([name, { schema, help }]) => [name, { description: help, ...schema }])),
  });
  return {
    description: "Jobs that run on a schedule; see docs/schedules.md.",
    anyOf: [
      { type: "array", items: schedule(["name", "cron"]) },
      { type: "object", propertyNames: { pattern: nameRegex }, additionalProperties: schedule(["cron"]) },
      { type: "null" },
    ],
  };
}

/** The schedules of the example, commented out. */
export function exampleSchedules(): string[] {
  const lines = ["# --- Schedules: jobs that run on a schedule, see docs/schedules.md ---", `#${SCHEDULES_SECTION}:`];
  for (const [name, { help, example }] of fields) {
    lines.push(`#    # ${help}`, `#  ${name === "name" ? "-" : " "} ${name}: ${example}`);
  }
  // One of the two, not both.
  return lines.map((line) => (line.startsWith("#    ojob:") ? line.replace("ojob:", "#ojob:") : line));
}
