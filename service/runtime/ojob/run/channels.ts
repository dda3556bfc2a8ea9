import { findJob, jobNames } from "../load/registry.js";
import { engine } from "../state/engine.js";

/**
 * The store behind a channel of the engine: the state of the engine by key. `$ch("oJob::…")` returns channels over these
 * stores, so that job code sees and changes the state that the engine works with.
 */
export interface EngineStore {
  /** Keys in order. */
  keys(): any[];
  /** The value itself, no copy; undefined when there is none. */
  get(key: any): any;
  set(key: any, value: any): void;
  unset(key: any): void;
}

/** Channels of the engine, by name. */
export const engineChannels: Record<string, EngineStore> = {
  "oJob::jobs": {
    keys: () => jobNames().map((name) => ({ name })),
    get: (key) => findJob(key?.name),
    set: (key, value) => void engine.jobs.set(String(key?.name ?? value?.name), value),
    unset: (key) => void engine.jobs.delete(String(key?.name)),
  },
  "oJob::todo": {
    keys: () => engine.queue.map(({ ojobId, todoId }) => ({ ojobId, todoId })),
    get: (key) => engine.queue.find((todo) => todo.todoId === key?.todoId),
    set(key, value) {
      const at = engine.queue.findIndex((todo) => todo.todoId === key?.todoId);
      if (at < 0) engine.queue.push(value);
      else engine.queue[at] = value;
    },
    unset(key) {
      const at = engine.queue.findIndex((todo) => todo.todoId === key?.todoId);
      if (at >= 0) engine.queue.splice(at, 1);
    },
  },
  "oJob::log": {
    keys: () => [...engine.logs.values()].map(({ ojobId, name }) => ({ ojobId, name })),
    get: (key) => engine.logs.get(`${key?.ojobId}\0${key?.name}`),
    set: (key, value) => void engine.logs.set(`${key?.ojobId}\0${key?.name}`, value),
    unset: (key) => void engine.logs.delete(`${key?.ojobId}\0${key?.name}`),
  },
  "oJob::oJob": mapStore("uuid", engine.instances),
  "oJob::metrics": mapStore("id", engine.metrics),
  "oJob::locks": mapStore("lock", engine.locks),
};

function mapStore(field: string, map: Map<string, any>): EngineStore {
  return {
    keys: () => [...map.keys()].map((value) => ({ [field]: value })),
    get: (key) => map.get(String(key?.[field])),
    set: (key, value) => void map.set(String(key?.[field]), value),
    unset: (key) => void map.delete(String(key?.[field])),
  };
}
