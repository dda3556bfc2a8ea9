import { jobScope } from "../../base/job-scope.js";
import type { Steps } from "../../base/scheduler.js";
import { toSlon } from "../../lib/data/slon.js";
import { clone } from "../../lib/maps/merge.js";
import { templify } from "../../lib/template/template.js";
import type { Builtin } from "./builtin.js";
import { listed, without } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob if`: runs one of two lists of jobs. */
export const condition: Builtin = {
  name: "ojob if",
  precedence: 10,
  shortcuts: [quiet("if", "__condition", own("then else debug"))],
  typeArgs: { noLog: true },
  check: {
    __condition: "isString",
    __then: "default([])",
    __else: "default([])",
    __debug: "toBoolean.isBoolean.default(false)",
  },
  *exec(args, _job, _id, engine): Steps<any> {
    const written = String(args.__condition);
    const branches = { yes: clone(listed(args.__then)), no: clone(listed(args.__else)) };
    const isDebug = Boolean(args.__debug);
    const left = without(args, "__condition", "__then", "__else", "__debug");
    const expression = templify(written, left).replaceAll("\n", "");
    if (isDebug) note({ origCondition: ` ${written} `, parsedCondition: ` ${expression} ` });
    // Indirect: the name `args` in it is the input of the whole run.
    const result = (jobScope.eval as typeof eval)(expression);
    if (isDebug) note({ origCondition: ` ${written} `, result });
    for (const job of result ? branches.yes : branches.no) yield* engine.runJob(job, left, engine.id);
    return left;
  },
};

function note(found: object): void {
  jobScope.log(` DEBUG | ${toSlon(found)}`);
}
