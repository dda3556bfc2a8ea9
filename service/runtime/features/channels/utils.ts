import { isFunction, isMap, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { TaskLock } from "../../lib/locks/lock.js";
import { filterKeys } from "../../lib/query/filters.js";
import { Threads } from "../../lib/threads/group.js";
import { makeScheduler } from "../schedules/scheduler.js";
import { registry } from "./registry.js";
import { idOf } from "./simple.js";

/** `ow.ch.utils`: subscribers for usual purposes, and what works on whole channels. */

type OnChange = (channel: string, op: string, key: any, value: any) => unknown;

/** Does to `target` what is done to the channel, for keys (or values of several) that `allows(it, op)`. */
export function mirror(target: string, allows: (what: any, op: string) => unknown = () => true): OnChange {
  return (_channel, op, key, value) => {
    if (op === "set" && allows(key, op)) registry.set(target, key, value);
    if (op === "unset" && allows(key, op)) registry.unset(target, key);
    const some = (): any[] => (value as any[]).filter((one) => allows(one, op));
    if (op === "setall") registry.setAll(target, key, some());
    if (op === "unsetall") registry.unsetAll(target, key, some());
  };
}

const HOUSEKEEPING_KEYS = 100;

/** Keeps the newest `most` entries of the channel. */
export function housekeep(_target: string, most = HOUSEKEEPING_KEYS): OnChange {
  const lock = new TaskLock("of a housekeeping subscriber");
  return (channel, op) => {
    if (op !== "set" && op !== "setall") return;
    lock.holding(() => {
      const keys = registry.getSortedKeys(channel);
      for (const key of keys.slice(0, Math.max(0, keys.length - most))) registry.unset(channel, key);
    });
  };
}

const HISTORY_SIZE = 10;

/** Keeps the last results of `work`, called by a cron expression or every so many ms, in the channel `name`. */
export function keepHistory(
  every: unknown,
  name: string,
  work: () => any,
  fields?: string | string[],
  most = HISTORY_SIZE,
): { stop(): void } {
  registry.create(name);
  const subscription = registry.subscribe(name, housekeep(name, most));
  const keys = isUnDef(fields) ? ["id"] : isString(fields) ? [fields] : fields;
  const step = (): void => {
    const made = work();
    const value = isMap(made) ? made : {};
    if (isUnDef(fields)) value.id = world.host.clock.nowNano();
    registry.set(name, filterKeys(keys, value), value);
  };
  const stopWith = (stop: () => void): { stop(): void } => ({
    stop() {
      registry.unsubscribe(name, subscription);
      stop();
    },
  });
  if (isNumber(every)) {
    const threads = new Threads();
    threads.addScheduleThreadWithFixedDelay(step, Number(every));
    return stopWith(() => threads.stop());
  }
  const scheduler = makeScheduler();
  scheduler.addEntry(String(every), step);
  return stopWith(() => scheduler.stop());
}

/** For a channel of type `proxy`: counts the calls, by operation, in the channel `stats`. */
export function statsProxy(stats: unknown): (call: Record<string, any>) => any {
  if (!isString(stats)) throw isUnDef(stats) ? "Please provide a statistics channel." : "Value is not a string";
  return (call) => {
    const counts = registry.get(stats, call.name) ?? {};
    counts.name ??= call.name;
    const op = (counts[call.op] ??= { count: 0 });
    op.count++;
    let answer: any;
    if (call.op === "getAll") answer = registry.getAll(call.name, call.full);
    if (call.op === "getKeys") answer = registry.getKeys(call.name, call.full);
    if (call.op === "getSortedKeys") answer = registry.getSortedKeys(call.name, call.full);
    const count = answer?.length ?? (call.op === "setAll" || call.op === "unsetAll" ? call.v.length : undefined);
    if (count !== undefined) op.countValues = (op.countValues ?? 0) + count;
    registry.set(stats, call.name, counts);
    return answer;
  };
}

/**
 * Makes two channels equal.
 * @param fields of the values that make the key
 * @param favoursSource `(source, target)`: does that of the source win? Absent: always
 */
export function syncCh(
  fields: string | string[],
  source: string,
  target: string,
  favoursSource?: unknown,
  log: (text: string) => unknown = () => undefined,
): void {
  if (isUnDef(fields)) throw "Please provide a list of field indexes";
  const keys = isString(fields) ? [fields] : fields;
  const wins = isFunction(favoursSource) ? favoursSource : () => true;
  const byId = (channel: string): Map<string, any> =>
    new Map(registry.getAll(channel).map((value) => [JSON.stringify(filterKeys(keys, value)), value]));
  const here = byId(source);
  const there = byId(target);
  const changes = { set: { here: [] as any[], there: [] as any[] }, unset: { here: [] as any[], there: [] as any[] } };
  for (const id of new Set([...here.keys(), ...there.keys()])) {
    const [mine, other] = [here.get(id), there.get(id)];
    if (mine !== undefined && other !== undefined && idOf(mine) === idOf(other)) continue;
    const isMine = Boolean(wins(mine, other));
    const [winner, side] = isMine ? [mine, "there" as const] : [other, "here" as const];
    log(`${winner === undefined ? "deleting" : "setting"} ${id} ${isMine ? "on target" : "on source"}.`);
    if (winner === undefined) changes.unset[side].push(isMine ? other : mine);
    else changes.set[side].push(winner);
  }
  if (changes.set.there.length > 0) registry.setAll(target, keys, changes.set.there);
  if (changes.set.here.length > 0) registry.setAll(source, keys, changes.set.here);
  if (changes.unset.here.length > 0) registry.unsetAll(source, keys, changes.unset.here);
  if (changes.unset.there.length > 0) registry.unsetAll(target, keys, changes.unset.there);
}
