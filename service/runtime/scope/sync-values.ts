import { SyncArray, SyncMap } from "../lib/maps/sync-values.js";

export const scope = {
  "ow.obj.syncArray": SyncArray,
  "ow.obj.syncMap": SyncMap,
};
