/** A node refused a request or could not carry it out. */
export class RoJobError extends Error {
  override readonly name = "RoJobError";

  constructor(
    message: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Code of the refusal (`busy`, `bad_yaml`, …); undefined when what answered is no node. */
    readonly code?: string,
    /** After how many seconds it may be worth another try. */
    readonly retryAfterS?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
