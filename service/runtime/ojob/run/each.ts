import { jobScope } from "../../base/job-scope.js";
import { isSteps, type Steps, spawn, type Task } from "../../base/scheduler.js";
import { textOf } from "../../base/values/thrown.js";
import { merge } from "../../lib/maps/merge.js";
import { defaultWidth, Slots } from "../../lib/threads/slots.js";
import { resolveTokens } from "../args/tokens.js";
import { compileCode, jobPieces } from "../code/compile.js";
import { findJob } from "../load/registry.js";
import type { Job } from "../model/shapes.js";
import { engine } from "../state/engine.js";

/** The job whose code calls `each`. */
interface Producer {
  name: string;
  catch?: string;
  threads?: number;
}

/**
 * Runs a producer and, for each map it gives to its `each` function, the named jobs; ends when all of them have.
 * @param names of the jobs that get the maps
 * @param produce the producer's code, as a function of `each`
 * @param args gives the producer's args as they are when asked
 */
export function* runEach(
  names: string[],
  produce: (each: (map: any, only?: string) => void) => any,
  args: () => any,
  producer: Producer,
): Steps<void> {
  const consumers = names.map((name) => findJob(name));
  const slots = new Slots(defaultWidth(producer.threads));
  const running: Task[] = [];
  const each = (map: any, only?: string): void => {
    const init = args()?.init;
    running.push(
      spawn(`each of ${producer.name}`, () => slots.run(consumeAll(consumers, map, only, init, args, producer))),
    );
  };
  const made = produce(each);
  if (isSteps(made)) yield* made;
  for (const task of running) if (!task.isOver) yield task;
}

function* consumeAll(
  consumers: (Job | undefined)[],
  map: any,
  only: string | undefined,
  init: any,
  args: () => any,
  producer: Producer,
): Steps<void> {
  for (const consumer of consumers)
    if (consumer !== undefined && (only === undefined || consumer.name === only))
      yield* consume(consumer, merge(map, { init }), args, producer);
}

/** One job for one map. What it throws goes to its catch, else to the producer's, and never to the producer itself. */
function* consume(job: Job, map: any, args: () => any, producer: Producer): Steps<void> {
  const asProducer = { name: producer.name };
  try {
    const made = compileCode(
      job.name,
      "args, job, __ojob",
      jobPieces(job),
      "",
      " each",
    )(resolveTokens(map), asProducer, engine.calls.steps);
    if (isSteps(made)) yield* made;
  } catch (error) {
    const code = job.catch ?? producer.catch;
    if (code === undefined)
      return jobScope.logErr(`each of '${producer.name}': job '${job.name}' failed: ${textOf(error)}`);
    const owner = job.catch === undefined ? producer.name : job.name;
    const caught = job.catch === undefined ? resolveTokens(map) : merge(args(), map);
    compileCode(owner, "args, job, exception", [{ text: code }], "", " each catch")(caught, asProducer, error);
  }
}
