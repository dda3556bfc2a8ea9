import path from "node:path";
import type { HostOps, OpEvent } from "../../runtime/base/host.js";
import { ioThread } from "../io/io-client.js";
import type { HostState } from "./index.js";

/** Operations of the I/O thread for one run: operations that still run at its end are cancelled. */
export function createOps(state: HostState): HostOps {
  const open = new Map<number, string>();
  const tickets = new Map<number, Uint8Array>();
  let lastTicket = 0;

  const close = (): string | undefined => {
    const kinds = [...open.values()];
    for (const id of open.keys()) ioThread().cancel(id);
    ioThread().endOfRun();
    open.clear();
    tickets.clear();
    const left = kinds.length === 0 ? [] : [`unfinished: ${kinds.join(", ")}`];
    const { failure } = ioThread();
    if (failure !== undefined) left.push(`the I/O thread failed: ${failure}`);
    return left.length === 0 ? undefined : left.join("; ");
  };

  return {
    start(kind, paramsJson, bytes) {
      state.closers.add(close);
      const defaults = { cwd: state.options.cwd, env: state.options.env };
      const params = { ...defaults, ...JSON.parse(paramsJson) };
      params.cwd = path.resolve(defaults.cwd, params.cwd);
      params.env = { ...params.env, ...state.options.marks };
      state.options.onReach?.();
      const id = ioThread().start(kind, params, bytes);
      open.set(id, kind);
      return id;
    },
    send: (id, type, dataJson, bytes) => ioThread().send(id, type, JSON.parse(dataJson), bytes),
    cancel(id) {
      open.delete(id);
      ioThread().cancel(id);
    },
    poll(timeoutMs) {
      const events: OpEvent[] = [];
      for (const { id, type, data, bytes } of ioThread().poll(timeoutMs)) {
        if (!open.has(id)) continue;
        if (type === "end") open.delete(id);
        const event: OpEvent = { id, type, data };
        if (bytes !== undefined) {
          event.bytes = ++lastTicket;
          tickets.set(lastTicket, bytes);
        }
        events.push(event);
      }
      return JSON.stringify(events);
    },
    takeBytes(ticket) {
      const bytes = tickets.get(ticket);
      if (bytes === undefined) throw new Error(`there are no bytes under ticket ${ticket}`);
      tickets.delete(ticket);
      return bytes;
    },
  };
}
