import type { ClientRequest, IncomingMessage } from "node:http";

/**
 * Breaks a request off when the signal aborts: the request, or its reply once that has come, fails with an AbortError whose
 * cause is the reason of the signal.
 *
 * Instead of the option `signal` of node:http: up to Node 24 that option destroys the socket of a reply that is complete but
 * not read to its end, with an error that no listener gets, and so ends the process.
 */
export function abortRequest(sent: ClientRequest, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  let reply: IncomingMessage | undefined;
  const abort = (): void => {
    const error = new Error("The operation was aborted", { cause: signal.reason });
    (reply ?? sent).destroy(Object.assign(error, { name: "AbortError", code: "ABORT_ERR" }));
  };
  sent.once("response", (response) => {
    reply = response;
    // Who reads the reply gets its errors; an abort after that has no other listener.
    response.on("error", () => undefined);
  });
  sent.once("close", () => signal.removeEventListener("abort", abort));
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
}
