import type { ErrorEntry } from "./entry.js";

/** What the work folder cannot keep, or does not have. */
export const store = {
  storage_full: {
    status: 507,
    title: "Nothing can be stored",
    message: "Nothing can be stored: {reason}; try again when this has been put right",
    keep: "result",
    retryAfterS: 30,
  },
  result_not_kept: {
    status: 410,
    title: "Result not kept",
    message: "The result of run {uuid}, {bytes} bytes, was not kept: {reason}",
    keep: "error",
  },
} as const satisfies Record<string, ErrorEntry>;
