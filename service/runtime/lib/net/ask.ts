import type { OpEvent } from "../../base/host.js";
import { endOp, startOp, waitUntil } from "../../base/scheduler.js";

/** Starts an operation and waits for its last event (or the first of type `until`), which it returns. */
export function ask(
  kind: string,
  params: unknown,
  options: { until?: string; bytes?: Uint8Array; what?: string } = {},
): { event: OpEvent; bytes?: Uint8Array } {
  let answer: { event: OpEvent; bytes?: Uint8Array } | undefined;
  const op = startOp(
    kind,
    params,
    (event, bytes) => {
      if (event.type === "end" || event.type === options.until) answer ??= { event, bytes };
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
