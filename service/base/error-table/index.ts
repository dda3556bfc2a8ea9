import { access } from "./access.js";
import { cluster } from "./cluster.js";
import { node } from "./node.js";
import { request } from "./request.js";
import { run } from "./run.js";
import { store } from "./store.js";

export type { ErrorEntry } from "./entry.js";

/** Every error of the service. Codes are stable: clients may rely on them. */
export const errorTable = { ...access, ...request, ...node, ...run, ...store, ...cluster } as const;
