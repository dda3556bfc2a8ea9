import type { RunOutcome } from "../runtime/base/host.js";

/** Bytes of UTF-8 a UTF-16 unit needs at most. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * Replaces a result above the limit by an error, so that it is not transferred.
 * @param outcomeJson JSON of `RunOutcome`
 */
export function limitResult(
  outcomeJson: string,
  { maxResultBytes }: { maxResultBytes: number },
): { outcome: string; isTooLarge: boolean } {
  if (maxResultBytes === 0 || outcomeJson.length * MAX_BYTES_PER_UNIT <= maxResultBytes)
    return { outcome: outcomeJson, isTooLarge: false };
  const outcome = JSON.parse(outcomeJson) as RunOutcome;
  const bytes = Buffer.byteLength(outcome.result);
  if (bytes <= maxResultBytes) return { outcome: outcomeJson, isTooLarge: false };
  outcome.result = "null";
  outcome.exception = { message: `result of ${bytes} bytes: the limit is ${maxResultBytes} (MAXRESULT)` };
  return { outcome: JSON.stringify(outcome), isTooLarge: true };
}
