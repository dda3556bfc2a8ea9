/** A node refused a request or could not execute it. */
export class RoJobError extends Error {
  override readonly name = "RoJobError";

  constructor(
    message: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Code of the refusal (`busy`, `bad_yaml`, …); undefined when the answer is not of a node. */
    readonly code?: string,
    /** Seconds after which a retry may succeed. */
    readonly retryAfterS?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
