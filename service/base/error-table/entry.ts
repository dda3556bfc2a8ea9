/** One kind of refusal or failure, and the reply to the client. */
export interface ErrorEntry {
  status: number;
  /** Short, the same for every occurrence. */
  title: string;
  /** The problem and the right form; `{name}` stands for a value of the occurrence. */
  message: string;
  /** The field that clients of the original service read: `result: 0`, or `error` with the message. */
  keep: "result" | "error";
  /** Default of `Retry-After`, s. */
  retryAfterS?: number;
}
