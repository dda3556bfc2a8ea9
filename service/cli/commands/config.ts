import { loadConfig, MASK, type OptionName, optionNames, optionSpec, type Schedule } from "../../config/index.js";
import { formatValue } from "../../config/parse-value.js";
import { CronTimes, SCHEDULES_SECTION } from "../../config/schedules/index.js";
import { type Command, exitCodes } from "../command.js";
import { type FlagSpecs, takeFlags } from "../flags.js";

const flags = { json: { help: "one JSON object: option → { value, origin }" } } as const satisfies FlagSpecs;

/** `rojob config`: the options that a node started with the same arguments would have. */
export const command: Command = {
  name: "config",
  group: "files",
  summary: "show the options in effect and their origins",
  usage: ["[--json] [NAME=value…]"],
  about: `Shows the options a node would start with and the origin of each (argument, environment, file or default), then the
schedules of the config file. Takes the same options as \`rojob start\`. Secrets are masked.`,
  flags,
  examples: ["rojob config PORT=9000"],

  async run(argv) {
    const given = takeFlags(argv, flags);
    const isJson = given.has("json");
    const loaded = loadConfig({ argv: given.words });
    const rows = optionNames.map((name) => ({
      name,
      value: shown(name, loaded.config[name]),
      origin: loaded.origins[name].text,
    }));
    const { schedules, schedulesOrigin } = loaded;
    if (isJson) {
      const byName = Object.fromEntries(
        rows.map(({ name, value, origin }) => [name, { value: value ?? null, origin }]),
      );
      const origin = schedulesOrigin?.text ?? "default";
      const all = { ...byName, [SCHEDULES_SECTION]: { value: schedules.map(scheduleFields), origin } };
      process.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
    } else {
      const texts = rows.map(({ name, value }) => (value === undefined ? "-" : formatValue(optionSpec(name), value)));
      const width = Math.max(...texts.map((text) => text.length));
      for (const [index, { name, origin }] of rows.entries()) {
        process.stdout.write(`${name.padEnd(16)}${texts[index]!.padEnd(width + 2)}${origin}\n`);
      }
    }
    if (!isJson && schedules.length > 0) {
      process.stdout.write(`\n${SCHEDULES_SECTION} (${schedulesOrigin?.text}):\n`);
      for (const schedule of schedules) process.stdout.write(`  ${scheduleText(schedule)}\n`);
    }
    for (const warning of loaded.warnings) process.stderr.write(`rojob config: warning: ${warning}\n`);
    return exitCodes.ok;
  },
};

function shown(name: OptionName, value: string | number | boolean | undefined): string | number | boolean | undefined {
  return value !== undefined && optionSpec(name).secret ? MASK : value;
}

/** A schedule without its arguments and oJob, which may hold secrets. */
function scheduleFields({ args, ojob, ...fields }: Schedule): object {
  const next = fields.enabled ? new CronTimes(fields.cron, fields.timezone).next(Date.now()) : undefined;
  return {
    ...fields,
    ...(ojob === undefined ? {} : { ojob: "(in the config file)" }),
    args: Object.keys(args),
    next: next === undefined ? null : new Date(next).toISOString(),
  };
}

function scheduleText(schedule: Schedule): string {
  const { name, cron, timezone, job, enabled, overlap, catchUp } = schedule;
  const { next } = scheduleFields(schedule) as { next: string | null };
  const when = `${cron}${timezone === undefined ? "" : ` ${timezone}`}`;
  const notes = [`overlap ${overlap}`, catchUp && "catches up", enabled ? `next ${next ?? "never"}` : "not enabled"];
  return `${name.padEnd(14)}  ${when.padEnd(24)}  ${(job ?? "ojob").padEnd(20)}  ${notes.filter(Boolean).join(", ")}`;
}
