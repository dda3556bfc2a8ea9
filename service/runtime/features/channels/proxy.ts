import { isUnDef } from "../../base/values/types.js";
import { registry } from "./operations.js";
import { type ChannelType, typeOf } from "./type.js";

interface ProxyOptions {
  chTarget: string;
  /** May change the call, or answer in its place. */
  proxyFunc(call: Record<string, any>): any;
}

/** Passes every call to a function and, unless that answers, to another channel. */
export function proxyType(): ChannelType {
  const channels = new Map<string, ProxyOptions>();
  const pass = (
    name: string,
    op: string,
    call: Record<string, any>,
    go: (target: string, call: Record<string, any>) => any,
  ): any => {
    const { chTarget, proxyFunc } = channels.get(name)!;
    const full = { op, name: chTarget, ...call };
    const answer = proxyFunc(full);
    return isUnDef(answer) ? go(chTarget, full) : answer;
  };
  return {
    ...typeOf({
      create(name, _compress, options: ProxyOptions) {
        if (isUnDef(options?.chTarget)) throw "Need to provide a chTarget.";
        if (isUnDef(options.proxyFunc)) throw "Need to provide a proxyFunc.";
        channels.set(name, options);
      },
      destroy: (name) => void channels.delete(name),
      size: (name) => pass(name, "size", {}, (to) => registry.size(to)),
      getKeys: (name, full) => pass(name, "getKeys", { full }, (to, call) => registry.getKeys(to, call.full)),
      get: (name, k) => pass(name, "get", { k }, (to, call) => registry.get(to, call.k)),
      set: (name, k, v, timestamp) =>
        pass(name, "set", { k, v, timestamp }, (to, call) => registry.set(to, call.k, call.v, call.timestamp)),
      unset: (name, k, timestamp) =>
        pass(name, "unset", { k, timestamp }, (to, call) => registry.unset(to, call.k, call.timestamp)),
    }),
    forEach: (name, use) => pass(name, "forEach", { function: use }, (to, call) => registry.forEach(to, call.function)),
    getAll: (name, full) => pass(name, "getAll", { full }, (to, call) => registry.getAll(to, call.full)),
    getSortedKeys: (name, full) =>
      pass(name, "getSortedKeys", { full }, (to, call) => registry.getSortedKeys(to, call.full)),
    getSet: (name, match, k, v, timestamp) =>
      pass(name, "getSet", { match, k, v, timestamp }, (to, call) =>
        registry.getSet(to, call.match, call.k, call.v, call.timestamp),
      ),
    setAll: (name, k, v, timestamp) =>
      pass(name, "setAll", { k, v, timestamp }, (to, call) => registry.setAll(to, call.k, call.v, call.timestamp)),
    unsetAll: (name, k, v, timestamp) =>
      pass(name, "unsetAll", { k, v, timestamp }, (to, call) => registry.unsetAll(to, call.k, call.v, call.timestamp)),
    pop: (name) => pass(name, "pop", {}, (to) => registry.take(to, "pop")),
    shift: (name) => pass(name, "shift", {}, (to) => registry.take(to, "shift")),
  };
}
