import { delay, type Steps } from "../../scheduler.js";
import { globals } from "../../world.js";

const TRIES = 5;
const PAUSE_MS = 500;

/**
 * Takes the named lock of channel `channel`; while another holds it, tries again.
 * @returns false when it was still held after the last try: the code under it is then skipped
 */
export function* lock(channel: string, name: string): Steps<boolean> {
  for (let left = TRIES; ; left--) {
    const locks = globals.$ch(channel);
    const held = locks.get({ lock: name });
    if (held === undefined || held.value !== true) {
      locks.set({ lock: name }, { lock: name, value: true, timestamp: Date.now() });
      return true;
    }
    if (left <= 1) break;
    yield delay(PAUSE_MS);
  }
  globals.logWarn(`oJob: lock '${name}' is still held after ${TRIES} tries; the code under it is skipped`);
  return false;
}

export function unlock(channel: string, name: string): void {
  globals.$ch(channel).set({ lock: name }, { lock: name, value: false, timestamp: Date.now() });
}
