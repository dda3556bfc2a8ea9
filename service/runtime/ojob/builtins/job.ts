import { jobScope } from "../../base/job-scope.js";
import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { clone } from "../../lib/maps/merge.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { listed, without } from "./shared.js";
import { quiet } from "./shortcut.js";

/** Channel of the plans. */
export const PLANS = "_ojob_plan";

const body: Omit<Builtin, "name"> = {
  typeArgs: { noLog: true },
  check: { _go: "toBoolean.isBoolean.default(false)" },
  *exec(args, job, _id, engine): Steps<any> {
    args._action = "none";
    const hidden = (): AnyMap => without(clone(args), "_checks", "_actions");
    for (const check of listed(args._checks)) {
      if (typeof check !== "string") {
        jobScope.logErr("oJob Job 'checks' must be job names");
        continue;
      }
      const left = yield* engine.runJob(check, hidden());
      if (isMap(left) && typeof left._action === "string") args._action = left._action;
    }
    const actions = typeof args._actions === "string" ? { none: args._actions } : args._actions;
    const chosen = listed(actions[args._action] ?? []);
    const plan: any[] = [];
    for (const action of chosen) {
      if (args._go) yield* engine.runJob(action, hidden());
      else plan.push(action);
    }
    jobScope.$ch(PLANS).create();
    jobScope.$ch(PLANS).set({ name: job.name }, { name: job.name, action: args._action, "go?": args._go, plan });
    return without(args, "_checks", "_actions");
  },
};

/** `ojob job`: checks choose an action; its jobs run, or are only planned. */
export const job: Builtin = { name: "ojob job", ...body };
/** `ojob check`: the same, for the shortcut. */
export const check: Builtin = {
  name: "ojob check",
  precedence: 80,
  shortcuts: [quiet("check", "_checks", { actions: "_actions" })],
  ...body,
};
