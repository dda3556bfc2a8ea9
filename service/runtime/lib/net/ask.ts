import type { OpKind, OpParams, OpReport } from "../../base/operations.js";
import { endOp, startOp, waitUntil } from "../../base/scheduler.js";

type Types<K extends OpKind> = OpReport<K>["type"];
interface Answer<K extends OpKind, T> {
  event: Extract<OpReport<K>, { type: T }>;
  bytes?: Uint8Array;
}

/** Starts an operation and waits for its last event (or the first of type `until`), which it returns. */
export function ask<K extends OpKind, T extends Types<K> = never>(
  kind: K,
  params: OpParams<K>,
  options: { until?: T; bytes?: Uint8Array; what?: string } = {},
): Answer<K, T | "end"> {
  let answer: Answer<K, T | "end"> | undefined;
  const op = startOp(
    kind,
    params,
    (event, bytes) => {
      if (event.type === "end" || event.type === options.until) answer ??= { event, bytes } as Answer<K, T | "end">;
    },
    options.bytes,
  );
  try {
    waitUntil(() => answer !== undefined, undefined, options.what ?? kind);
  } finally {
    endOp(op);
  }
  return answer!;
}
