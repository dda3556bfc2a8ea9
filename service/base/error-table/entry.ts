/** One kind of refusal or failure: what the client is told, and how. */
export interface ErrorEntry {
  status: number;
  /** Short, the same for every occurrence. */
  title: string;
  /** What happened and what would be right; `{name}` stands for a value of the occurrence. */
  message: string;
  /** The field that clients of the original service look at: `result: 0`, or `error` with the message. */
  keep: "result" | "error";
  /** Default of `Retry-After`, s. */
  retryAfterS?: number;
}
