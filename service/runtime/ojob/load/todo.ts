import { isMap } from "../../base/values/types.js";
import { merge } from "../../lib/maps/merge.js";
import { closest } from "../../lib/text/close-names.js";
import { processArgs } from "../args/merge-args.js";
import type { AnyMap, Todo, TodoDefinition } from "../model/shapes.js";
import { engine, freshId } from "../state/engine.js";
import { findJob, jobNames } from "./registry.js";
import { stepArgsOf, translateEntry } from "./shortcuts.js";

/**
 * Queues a todo list.
 * @param input args of the run: they win over those of map entries, and become typeArgs of plain ones
 * @throws text when an entry names no job
 */
export function addTodos(list: TodoDefinition[] | undefined, input: any, id = ""): void {
  for (const entry of list ?? []) {
    if (!isMap(entry)) {
      queueJob(engine.id + id, entry, undefined, undefined, isMap(input) ? input : undefined);
      continue;
    }
    const name = entry.name ?? Object.keys(entry)[0];
    if (input !== undefined) entry.args = processArgs(entry.args, input, id);
    translateEntry(entry);
    const typeArgs: AnyMap = { ...entry.typeArgs };
    if (entry.when !== undefined) typeArgs.when = entry.when;
    const todo = queueJob(
      engine.id + (entry.id ?? id),
      entry.name ?? entry.job ?? name,
      entry.args,
      entry.type,
      typeArgs,
    );
    todo.stepArgs = stepArgsOf(entry);
  }
}

/** Queues one entry, without input args. */
export function addTodo(entry: TodoDefinition, id = ""): void {
  const one = translateEntry(entry);
  if (isMap(one)) queueJob(engine.id + id, one.name ?? one.job, one.args, one.type, one.typeArgs);
  else queueJob(engine.id + id, one as string);
}

/** Entries of the queue under an id, in order, those that run excepted. */
export function waitingTodos(id: string): Todo[] {
  return engine.queue.filter((todo) => todo.ojobId === engine.id + id && !running.has(todo));
}

/** Entries that are being run: a run inside a run passes them over. */
export const running = new WeakSet<Todo>();

export function removeTodo(todo: Todo): void {
  const at = engine.queue.indexOf(todo);
  if (at >= 0) engine.queue.splice(at, 1);
}

export function queueJob(ojobId: string, name: string, args?: any, type?: string, typeArgs?: AnyMap): Todo {
  const job = findJob(name);
  if (job === undefined) throw unknownJob(name);
  const todo: Todo = {
    ojobId,
    todoId: freshId(),
    name,
    args,
    type: type ?? job.type,
    typeArgs: merge(job.typeArgs, typeArgs),
  };
  engine.queue.push(todo);
  return todo;
}

function unknownJob(name: string): string {
  const near = closest(String(name), jobNames());
  const hint = near.length === 0 ? "" : ` Did you mean ${near.map((one) => `'${one}'`).join(" or ")}?`;
  return `Job '${name}' wasn't found.${hint}`;
}
