import { jobScope } from "../../base/job-scope.js";
import { delay, type Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { engineChannels } from "./channels.js";

const TRIES = 5;
const PAUSE_MS = 500;

/**
 * Takes the named lock of channel `channel`; while another holds it, tries again.
 * @returns false when it was still held after the last try: the code under it is then skipped
 */
export function* lock(channel: string, name: string): Steps<boolean> {
  for (let left = TRIES; ; left--) {
    const locks = storeOf(channel);
    if (locks.get({ lock: name })?.value !== true) {
      locks.set({ lock: name }, { lock: name, value: true, timestamp: world.host.clock.nowMs() });
      return true;
    }
    if (left <= 1) break;
    yield delay(PAUSE_MS);
  }
  jobScope.logErr(`oJob: lock '${name}' is still held after ${TRIES} tries; the code under it is skipped`);
  return false;
}

export function unlock(channel: string, name: string): void {
  storeOf(channel).set({ lock: name }, { lock: name, value: false, timestamp: world.host.clock.nowMs() });
}

/** The engine's own channel of locks is there without being asked for. */
function storeOf(channel: string): { get(key: any): any; set(key: any, value: any): void } {
  return engineChannels[channel] ?? jobScope.$ch(channel);
}
