import type { Place, PythonParams } from "../../runtime/base/operations.js";
import { NO_RUN, RUN_MARK } from "../protocol.js";
import type { Operation, Reporter, StartOperation } from "./operation.js";
import { PythonServer } from "./python-server.js";

/** Variables an interpreter looks at when it starts, or that decide where its libraries are. */
const START_VARIABLES = /^(?:PATH|HOME|TZ|LANG|LC_\w+|LD_\w+|PYTHON\w*)$/;

/** The interpreter that waits for steps, and the variables it was started with. */
let waiting: { key: string; server: PythonServer } | undefined;
/** Can processes take the mark of a run when they begin to serve it? Otherwise nothing can be started ahead. */
let canWait = true;

/**
 * A step in python, in a process of its own.
 * The interpreter it is a copy of is started by the first step, and stays as long as this thread.
 */
export const startPython: StartOperation<"python"> = (params, report) => {
  const env = Object.fromEntries(Object.entries(params.env).filter(([name]) => START_VARIABLES.test(name)));
  const key = JSON.stringify(env);
  if (!canWait) return startAlone(env, params, report);
  if (waiting?.key !== key || waiting.server.isOver) {
    waiting?.server.close();
    const server = new PythonServer({ ...env, [RUN_MARK]: NO_RUN }, () => {
      canWait = false;
      server.close();
    });
    waiting = { key, server };
  }
  return waiting.server.run(params, report);
};

/** An interpreter for this step only, which has the mark of the run from its start. */
function startAlone(
  env: Record<string, string>,
  params: PythonParams & Place,
  report: Reporter<"python">,
): Operation<"python"> {
  const server = new PythonServer({ ...env, [RUN_MARK]: params.env[RUN_MARK] ?? "" });
  const operation = server.run(params, report);
  server.close();
  return operation;
}
