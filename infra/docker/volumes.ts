import { hasOwnQueue, type Plan } from "../plan.js";
import { escapeDollars, labelsOf } from "./service.js";

/** The top-level map of volumes. */
export function volumesOf(plan: Plan, more: object = {}): Record<string, object> | undefined {
  const { storage } = plan.deploy;
  const volumes: Record<string, object> = {};
  if (storage.kind === "volume") {
    const { driver, driverOptions } = storage;
    const options = driverOptions === undefined ? undefined : escapedValues(driverOptions);
    volumes[storage.name] = {
      ...(driver === undefined ? {} : { driver }),
      ...(options === undefined ? {} : { driver_opts: options }),
      ...more,
      ...labelsOf(plan),
    };
  }
  if (hasOwnQueue(plan)) volumes[plan.names.queue] = labelsOf(plan);
  return Object.keys(volumes).length === 0 ? undefined : volumes;
}

function escapedValues(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, escapeDollars(text)]));
}
