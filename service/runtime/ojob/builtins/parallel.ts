import { jobScope } from "../../base/job-scope.js";
import { type Steps, spawn } from "../../base/scheduler.js";
import type { Builtin } from "./builtin.js";
import { own, quiet, same } from "./shortcut.js";
import { argsOfEntries, checked, entriesOf, entryArgs, listChecks, withoutList } from "./todo.js";

/** `ojob parallel`: runs a list of jobs beside each other and waits for all. */
export const parallel: Builtin = {
  name: "ojob parallel",
  precedence: 20,
  shortcuts: [quiet("parallel", "todo", own("debug", same("isolateArgs isolateJob templateArgs shareArgs")))],
  typeArgs: { noLog: true },
  check: listChecks,
  *exec(args, _job, _id, engine): Steps<any> {
    const given = argsOfEntries(args);
    const tasks = entriesOf(args).map((entry, index) => {
      const started = entryArgs(args, checked(entry), given, engine);
      return spawn(`ojob parallel #${index + 1}`, () => engine.runJob("ojob run", started));
    });
    for (const task of tasks) if (!task.isOver) yield task;
    // It was recorded as an error of its job; the others are done.
    for (const task of tasks) if (task.state === "failed") jobScope.logErr(task.error);
    return withoutList(args);
  },
};
