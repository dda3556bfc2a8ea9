import { writeIndexes } from "../../lib/http/calls.js";
import { Rest } from "../../lib/http/chain.js";
import { type ChannelType, typeOf } from "./type.js";

/** Options of a remote channel. */
export interface RemoteOptions {
  url: string;
  login?: string;
  password?: string;
  timeout?: number;
  stopWhen?: (isDone: boolean) => boolean;
  throwExceptions?: boolean;
  default?: Record<string, any>;
  preAction?: (call: any) => any;
}

/** A channel given out elsewhere by `expose`: each call is a request whose path says what is wanted. */
export function remoteType(): ChannelType {
  const channels = new Map<string, RemoteOptions>();

  const rest = (name: string): { rest: Rest; url: (what: Record<string, unknown>) => string } => {
    const { url, login, password, timeout, ...options } = channels.get(name)!;
    const used = { ...options, login, pass: password, timeout, connectionTimeout: timeout };
    return {
      rest: new Rest(Object.fromEntries(Object.entries(used).filter(([, value]) => value !== undefined))),
      url: (what) =>
        url + writeIndexes(Object.fromEntries(Object.entries(what).filter(([, value]) => value !== undefined))),
    };
  };
  const ask = (name: string, what: Record<string, unknown>): any => {
    const to = rest(name);
    return to.rest.get(to.url(what)).r;
  };
  const put = (name: string, what: Record<string, unknown>, value: unknown): any => {
    const to = rest(name);
    return to.rest.put(to.url(what), value).r;
  };

  return {
    ...typeOf({
      create(name, _compress, options: RemoteOptions) {
        if (typeof options?.url !== "string")
          throw `channel "${name}": options.url is the address of a channel given out by expose`;
        channels.set(name, options);
      },
      destroy: (name) => void channels.delete(name),
      size: (name) => ask(name, { o: "l" }),
      getKeys: (name) => ask(name, { o: "k" }),
      get: (name, k) => ask(name, { o: "e", k }),
      set: (name, k, value, t) => put(name, { o: "e", k, t }, value),
      unset(name, k, t) {
        const to = rest(name);
        return to.rest.delete(to.url({ o: "e", k, t })).r;
      },
    }),
    getAll: (name) => ask(name, { o: "a" }),
    getSortedKeys: (name) => ask(name, { o: "s" }),
    getSet: (name, m, k, value, t) => put(name, { o: "es", m, k, t }, value),
    setAll: (name, k, values, t) => put(name, { o: "a", k, t }, values),
    unsetAll: (name, k, values, t) => put(name, { o: "ua", k, t }, values),
  };
}
