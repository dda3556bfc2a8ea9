import type { FastifyReply } from "fastify";

/** A signal for what is done to answer a request: aborts when the answer is out, or nobody is there to get it. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (raw.closed) controller.abort();
  else raw.once("close", () => controller.abort());
  return controller.signal;
}
