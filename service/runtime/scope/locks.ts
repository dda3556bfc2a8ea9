import { $await, $lock, $sync, runSynchronized, syncFn, synchronized } from "../lib/locks/named.js";

export const scope = {
  $lock,
  $await,
  $sync,
  syncFn,
  sync: runSynchronized,
  "af.sync": synchronized,
};
