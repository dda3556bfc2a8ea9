import { type Steps, spawn } from "../../base/scheduler.js";
import { textOf } from "../../base/values/thrown.js";
import { defaultWidth, Slots } from "../../lib/threads/slots.js";
import { REPEAT } from "../args/merge-args.js";
import { placeOf } from "../code/errors.js";
import type { Job } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { handle, runOnce } from "./once.js";

/** Runs the code of a job over each element of a list of args; fails at the end with the errors of all. */
export function* executeEach(job: Job, args: any, id: string, deps: any): Steps<void> {
  const elements: any[] = args[REPEAT];
  const { numThreads } = engine.settings;
  const inOrder = job.typeArgs.single ?? (numThreads !== undefined && numThreads <= 1);
  const errors: (string | undefined)[] = [];

  function* one(element: any, index: number): Steps<void> {
    element.execid ??= args.execid;
    element.objId ??= args.objId;
    try {
      yield* runOnce(job, element, id, deps);
    } catch (error) {
      const rest = handled(element, error);
      if (rest === undefined) return;
      const place = placeOf(rest.error);
      if (place !== undefined) engine.places.set(job.name, place);
      errors[index] = record(element, inOrder ? rest.error : textOf(rest.error));
    }
  }

  /** Undefined when the catch code handled it; else the error that stands: that of the catch code, if it fails itself. */
  function handled(element: any, error: unknown): { error: unknown } | undefined {
    const left = handle(job, element, id, deps, error);
    if (left === undefined) return { error };
    Object.assign(element, left.args);
    return undefined;
  }

  if (inOrder || elements.length <= 1) for (const [index, element] of elements.entries()) yield* one(element, index);
  else {
    const slots = new Slots(defaultWidth(numThreads));
    const tasks = elements.map((element, index) =>
      spawn(`job ${job.name} #${index + 1}`, () => slots.run(one(element, index))),
    );
    for (const task of tasks) {
      if (!task.isOver) yield task;
      if (task.state === "failed") throw task.error;
    }
  }
  const texts = errors.filter((text) => text !== undefined);
  if (texts.length > 0) throw texts.join(", ");
}

function record(args: any, exception: unknown): string {
  const kept = exception instanceof Error ? textOf(exception) : exception;
  const shown = engine.settings.logArgs === true ? { args, exception: kept } : { exception: kept };
  return JSON.stringify(shown, undefined, 2);
}
