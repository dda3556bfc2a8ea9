import { passInterrupt } from "../../base/scheduler.js";
import { isArray, isDef, isFunction, isUnDef } from "../../base/values/types.js";
import { logErr } from "../../lib/terminal/log.js";
import { registry } from "./operations.js";
import { type ChannelType, typeOf } from "./type.js";

interface AllOptions {
  chs: string[];
  /** Which of the channels a call goes to; undefined: all. */
  fn(op: string, key?: any, value?: any): string | string[] | undefined;
  fnTrans(key: any): any;
  fnKeys(keys: any[]): any[];
  fnValues(values: any[]): any[];
  errFn(name: string, error: unknown, channel: string, op: string, args: unknown[]): void;
  /** Entries are spread over the channels: sizes add up. */
  treatAll: boolean;
}

/** Several channels as one: what is set goes to all, what is read comes from the first that has it. */
export function allType(): ChannelType {
  const channels = new Map<string, AllOptions>();

  const ask = (
    name: string,
    op: string,
    args: unknown[],
    use: (channel: string) => any,
    key?: any,
    value?: any,
  ): any[] => {
    const options = channels.get(name)!;
    const chosen = options.fn(op, key, value);
    const targets = isUnDef(chosen) ? options.chs : isArray(chosen) ? chosen : [chosen];
    const answers: any[] = [];
    for (const target of targets) {
      try {
        answers.push(use(target));
      } catch (error) {
        passInterrupt(error);
        options.errFn(name, error, target, op, args);
      }
    }
    return answers;
  };
  const of = (name: string): AllOptions => channels.get(name)!;

  return {
    ...typeOf({
      create(name, _compress, given = {}) {
        if (!isUnDef(given.chs) && !isArray(given.chs)) throw "chs is not an array";
        channels.set(name, {
          chs: given.chs ?? [],
          fn: isFunction(given.fn) ? (given.fn as AllOptions["fn"]) : () => undefined,
          fnTrans: given.fnTrans ?? ((key: any) => key),
          fnKeys: given.fnKeys ?? ((keys: any[]) => keys),
          fnValues: given.fnValues ?? ((values: any[]) => values),
          errFn: given.errFn ?? ((_name: string, error: unknown) => void logErr(String(error))),
          treatAll: given.treatAll === true,
        });
      },
      destroy: (name) => void channels.delete(name),
      size(name) {
        const sizes = ask(name, "size", [], (channel) => registry.size(channel));
        return of(name).treatAll ? sizes.reduce((sum, part) => sum + part, 0) : sizes[0];
      },
      getKeys: (name, full) =>
        of(name).fnKeys(ask(name, "getkeys", [full], (channel) => registry.getKeys(channel, full)).flat()),
      get(name, key) {
        const at = of(name).fnTrans(key);
        const found = ask(name, "get", [key], (channel) => registry.get(channel, at), key).filter(isDef);
        return found.length > 0 ? of(name).fnValues(found)[0] : undefined;
      },
      set(name, key, value, timestamp) {
        const at = of(name).fnTrans(key);
        return of(name).fnValues(
          ask(name, "set", [key, value], (channel) => registry.set(channel, at, value, timestamp), key, value),
        );
      },
      unset(name, key, timestamp) {
        const at = of(name).fnTrans(key);
        return of(name).fnValues(ask(name, "unset", [key], (channel) => registry.unset(channel, at, timestamp), key));
      },
    }),
    forEach: (name, use) => void ask(name, "foreach", [use], (channel) => registry.forEach(channel, use)),
    getAll: (name, full) =>
      of(name).fnValues(ask(name, "getall", [full], (channel) => registry.getAll(channel, full)).flat()),
    getSortedKeys: (name, full) =>
      of(name).fnKeys(ask(name, "getsortedkeys", [full], (channel) => registry.getSortedKeys(channel, full)).flat()),
    getSet(name, match, key, value, timestamp) {
      const at = of(name).fnTrans(key);
      const answers = ask(
        name,
        "getset",
        [match, key, value],
        (channel) => registry.getSet(channel, match, at, value, timestamp),
        key,
        value,
      );
      return of(name).fnValues(answers);
    },
  };
}
