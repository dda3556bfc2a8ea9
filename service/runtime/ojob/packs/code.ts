import { isSteps, type Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";

/**
 * A function of code that is given as text in an arg of a job. Where it waits, others go on.
 * @param parameters its parameters, as they would be written
 * @param name for the places in errors
 */
export function codeOf(text: string, parameters: string, name: string): (...args: any[]) => Steps<any> {
  const source = world.host.code.suspendable(`(function (${parameters}) {\n${text}\n})`);
  const run = world.host.code.run(source, name, 0) as (...args: any[]) => any;
  return function* (...args: any[]): Steps<any> {
    const made = run(...args);
    return isSteps(made) ? yield* made : made;
  };
}
