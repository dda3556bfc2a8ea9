import type { FastifyReply } from "fastify";

/** A signal for the work on a request: aborts when the reply has been sent or the client has disconnected. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (raw.closed) controller.abort();
  else raw.once("close", () => controller.abort());
  return controller.signal;
}
