import type { ClientRequest, IncomingMessage } from "node:http";

/**
 * Breaks a request off when the signal aborts: the request, or its reply once that has arrived, fails with an
 * AbortError whose cause is the reason of the signal. An error of the reply after it was read ends nothing, with or
 * without a signal.
 *
 * Replaces the option `signal` of node:http: up to Node 24 that option destroys the socket of a reply that is complete
 * but not read to its end, with an error that no listener gets, and so ends the process.
 */
export function abortRequest(sent: ClientRequest, signal: AbortSignal | undefined): void {
  let reply: IncomingMessage | undefined;
  sent.once("response", (response) => {
    reply = response;
    // The reader of the reply gets its errors; an error after that has no other listener, and would end the process.
    response.on("error", () => undefined);
  });
  if (signal === undefined) return;
  const abort = (): void => {
    const error = new Error("The operation was aborted", { cause: signal.reason });
    (reply ?? sent).destroy(Object.assign(error, { name: "AbortError", code: "ABORT_ERR" }));
  };
  sent.once("close", () => signal.removeEventListener("abort", abort));
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
}
