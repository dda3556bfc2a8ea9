import { hasOwnQueue, type Plan } from "../deployment-plan.js";
import { escapeDollars, labelsOf } from "./service.js";

type Volumes = Record<string, object>;

/**
 * The volume of the work folder, if it has one, as an entry of the top-level map.
 * @param more further properties
 */
export function workVolume(plan: Plan, more: object = {}): Volumes {
  const { storage } = plan.deploy;
  if (storage.kind !== "volume") return {};
  const { driver, driverOptions } = storage;
  return {
    [storage.name]: {
      ...(driver === undefined ? {} : { driver }),
      ...(driverOptions === undefined ? {} : { driver_opts: escapedValues(driverOptions) }),
      ...more,
      ...labelsOf(plan),
    },
  };
}

/** The volume of the queue, if one is deployed. */
export function queueVolume(plan: Plan): Volumes {
  return hasOwnQueue(plan) ? { [plan.names.queue]: labelsOf(plan) } : {};
}

/** A map, or undefined when it is empty. */
export function unlessEmpty<T extends object>(map: T): T | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

function escapedValues(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, escapeDollars(text)]));
}
