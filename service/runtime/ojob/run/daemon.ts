import { jobScope } from "../../base/job-scope.js";
import { after, delay, type Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { callCode } from "../code/compile.js";
import { engine } from "../state/engine.js";

const DEFAULT_INTERVAL_MS = 100;

/**
 * `ojob.daemon`: stays after the todo list, calling `daemonFunc`, until that returns true or the run is stopped.
 * @param runAdded runs entries that came to the todo list meanwhile
 */
export function* runDaemon(runAdded: () => Steps<void>): Steps<void> {
  const { daemonFunc, timeInterval } = engine.settings;
  engine.shouldStop = false;
  while (!engine.shouldStop) {
    yield delay(Number(timeInterval ?? DEFAULT_INTERVAL_MS));
    yield* runAdded();
    if (typeof daemonFunc !== "string") continue;
    if (callCode("ojob", "", [{ text: daemonFunc }], " daemonFunc", []) === true) engine.shouldStop = true;
  }
}

/**
 * `ojob.checkStall`: ends the process with code -1 when the run takes too long, or `checkFunc` says so. Looked at where
 * the run waits.
 * @returns the way to end the watch
 */
export function watchStall(): () => void {
  const stall = engine.settings.checkStall;
  if (engine.settings.daemon === true || !(stall?.everySeconds > 0)) return () => undefined;
  const startMs = world.host.clock.nowMs();
  let cancel: () => void;
  const look = (): void => {
    if (
      typeof stall.checkFunc === "string" &&
      callCode("ojob", "", [{ text: stall.checkFunc }], " checkFunc", [startMs])
    )
      jobScope.exit(-1);
    if (stall.killAfterSeconds > 0 && world.host.clock.nowMs() - startMs > stall.killAfterSeconds * 1000) {
      jobScope.logErr(`oJob: Check stall over ${stall.killAfterSeconds * 1000}`);
      jobScope.exit(-1);
    }
    cancel = after(stall.everySeconds * 1000, look);
  };
  cancel = after(stall.everySeconds * 1000, look);
  return () => cancel();
}
