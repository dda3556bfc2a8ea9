import type { ErrorEntry } from "./entry.js";

/** Failures of the work folder, and missing data. */
export const store = {
  storage_full: {
    status: 507,
    title: "Storage not available",
    message: "The node cannot store anything: {reason}; retry when this is fixed",
    keep: "result",
    retryAfterS: 30,
  },
  result_not_kept: {
    status: 410,
    title: "Result not kept",
    message: "The result of run {uuid} ({bytes} bytes) was not kept: {reason}",
    keep: "error",
  },
} as const satisfies Record<string, ErrorEntry>;
