import { passInterrupt, waitUntil } from "../../base/scheduler.js";
import { isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { genUUID } from "../../lib/bytes/hashes.js";
import { oPromise } from "../promises/promise.js";
import type { ChannelType } from "./type.js";

/** A function that is called with each change: channel, operation, key (or list of fields), value (or list), this registry, … */
type Subscriber = (channel: string, op: string, key: any, value: any, channels: unknown, ...more: any[]) => unknown;

/** Every channel of the run: its type by name, its subscribers, and the tasks that notify them. */
export const channels: Record<string, string> = {};
export const versions: Record<string, number> = {};
export const subscribers: Record<string, Record<string, Subscriber>> = {};
export const jobs: Record<string, Record<string, oPromise>> = {};
export const exposed: Record<string, { uuid: string; server: any; path: string }[]> = {};
export const peers: Record<string, Record<string, string[]>> = {};

/** The types of channels by name: filled by `registry.ts`; jobs may add their own. */
export const types: Record<string, ChannelType> = {};

/** Notes a channel under its name. */
export function register(name: string, type: string, atMs: number): void {
  channels[name] = type;
  versions[name] = atMs;
  subscribers[name] = {};
  jobs[name] = {};
  exposed[name] = [];
  peers[name] = {};
}

/** Makes a channel; one that is there stays as it is. */
export function create(name: string, compress?: unknown, type = "simple", options?: unknown): void {
  if (Object.hasOwn(channels, name)) return;
  const made = types[type];
  if (made === undefined)
    throw new Error(
      `channel "${name}": there is no channel type "${type}"; there are ${Object.keys(types).join(", ")}`,
    );
  made.create(name, compress, options);
  register(name, type, world.host.clock.nowMs());
}

export function destroy(name: string): void {
  if (!Object.hasOwn(channels, name)) return;
  types[channels[name]!]!.destroy(name);
  for (const table of [channels, versions, subscribers, jobs, exposed, peers]) delete table[name];
}

/** @throws text when there is no such channel */
export function typeFor(name: string): ChannelType {
  if (!Object.hasOwn(channels, name)) throw `Channel ${name} doesn't exist.`;
  return types[channels[name]!]!;
}

export const list = (): string[] => Object.keys(channels);

export function getVersion(name: string): number {
  typeFor(name);
  return versions[name]!;
}

export const size = (name: string): number => typeFor(name).size(name);
export const getKeys = (name: string, full?: unknown, extra?: unknown): any[] =>
  typeFor(name).getKeys(name, full, extra);
export const getSortedKeys = (name: string, full?: unknown, extra?: unknown): any[] =>
  typeFor(name).getSortedKeys(name, full, extra);

export function forEach(name: string, use: (key: any, value: any) => void, extra?: unknown): void {
  typeFor(name).forEach(name, use, extra);
}

export function getAll(name: string, extra?: unknown): any[] {
  const type = typeFor(name);
  const values: any[] = [];
  if (type.getAll !== undefined) return values.concat(type.getAll(name, extra));
  type.forEach(name, (_key, value) => void values.push(value), extra);
  return values;
}

export function get(name: string, key: any, extra?: unknown): any {
  return typeFor(name).get(name, keyMap(key), extra);
}

/** Keys and values that are no maps become maps. */
function keyMap(key: any): any {
  return typeof key === "object" ? key : { key };
}

export function set(name: string, key: any, value: any, timestamp?: number, uuid?: string, extra?: unknown): any {
  const stored = typeof value === "object" ? value : { key, value };
  return change(name, "set", key, value, timestamp, uuid, extra, (type, at) =>
    type.set(name, keyMap(key), stored, at, extra),
  );
}

export function setAll(
  name: string,
  keys: any,
  values: any[],
  timestamp?: number,
  uuid?: string,
  extra?: unknown,
): any {
  return change(name, "setall", keys, values, timestamp, uuid, extra, (type, at) =>
    type.setAll(name, keys, values, at, extra),
  );
}

export function unsetAll(
  name: string,
  keys: any,
  values: any[],
  timestamp?: number,
  uuid?: string,
  extra?: unknown,
): any {
  if (typeFor(name).unsetAll === undefined) return undefined;
  return change(name, "unsetall", keys, values, timestamp, uuid, extra, (type, at) =>
    type.unsetAll!(name, keys, values, at, extra),
  );
}

export function getSet(
  name: string,
  match: any,
  key: any,
  value: any,
  timestamp?: number,
  uuid?: string,
  extra?: unknown,
): any {
  return change(name, "set", key, value, timestamp, uuid, extra, (type, at) =>
    type.getSet(name, match, keyMap(key), value, at, extra),
  );
}

export function unset(name: string, key: any, timestamp?: number, uuid?: string, extra?: unknown): any {
  return change(name, "unset", key, undefined, timestamp, uuid, extra, (type, at) => type.unset(name, keyMap(key), at));
}

function change(
  name: string,
  op: string,
  key: any,
  value: any,
  timestamp: number | undefined,
  uuid: string | undefined,
  extra: unknown,
  work: (type: ChannelType, timestamp: number) => any,
): any {
  const at = timestamp ?? world.host.clock.nowMs();
  const result = work(typeFor(name), at);
  versions[name] = world.host.clock.nowMs();
  for (const id of Object.keys(subscribers[name]!))
    notify(name, id, () => subscribers[name]?.[id]?.(name, op, key, value, registry, timestamp, uuid, extra));
  return result;
}

/** Notifies one subscriber, after its earlier notifications, in a task of its own. */
function notify(name: string, id: string, work: () => unknown): void {
  const job = (jobs[name]![id] ??= new oPromise());
  job.then(() => {
    try {
      work();
    } catch (error) {
      passInterrupt(error); // what a subscriber throws is ignored
    }
    return id;
  });
}

/** @returns the id to unsubscribe with */
export function subscribe(name: string, use: Subscriber, onlyFromNow?: boolean, id: string = genUUID()): string {
  const type = typeFor(name);
  if (subscribers[name]![id] !== undefined) return id;
  subscribers[name]![id] = use;
  if (!onlyFromNow && type.size(name) > 0)
    type.forEach(name, (key, value) => notify(name, id, () => use(name, "set", key, value, registry, genUUID())));
  return id;
}

export function unsubscribe(name: string, id: string): void {
  typeFor(name);
  delete subscribers[name]![id];
  for (const url of Object.keys(peers[name]!)) peers[name]![url] = peers[name]![url]!.filter((other) => other !== id);
}

export function unsubscribeAll(name: string): void {
  typeFor(name);
  subscribers[name] = {};
  peers[name] = {};
}

/** Waits until all subscribers have been notified of all changes so far. */
export function waitForJobs(name: string, timeoutMs?: number): void {
  typeFor(name);
  const limitMs = isUnDef(timeoutMs) || timeoutMs < 0 ? undefined : timeoutMs;
  waitUntil(
    () => Object.values(jobs[name] ?? {}).every((job) => job.isIdle),
    limitMs,
    `the subscribers of channel ${name}`,
  );
}

export function stopJobs(name: string): void {
  for (const job of Object.values(jobs[name] ?? {})) job.cancel();
}

/** The newest (`pop`) or oldest entry, which is removed. */
export function take(name: string, end: "pop" | "shift"): any {
  const type = typeFor(name);
  if (!(type.size(name) > 0)) return undefined;
  const key = type[end](name);
  const value = get(name, key);
  unset(name, key);
  return value;
}

/** All of it as one value; subscribers get it as fifth argument. */
export const registry = {
  channels,
  versions,
  subscribers,
  jobs,
  exposed,
  peers,
  create,
  destroy,
  typeFor,
  list,
  getVersion,
  size,
  getKeys,
  getSortedKeys,
  forEach,
  getAll,
  get,
  set,
  setAll,
  unset,
  unsetAll,
  getSet,
  subscribe,
  unsubscribe,
  unsubscribeAll,
  waitForJobs,
  stopJobs,
  take,
};
