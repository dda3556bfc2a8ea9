import type { FastifyReply } from "fastify";

/** The requests that wait for something: each ends when its client goes away, all end when the node closes. */
export class Waits {
  private readonly open = new Set<AbortController>();
  private isClosed = false;

  /** A signal for what is done to answer the request: aborts when the answer is out, or nobody is there to get it. */
  signalFor(reply: FastifyReply): AbortSignal {
    const controller = new AbortController();
    if (this.isClosed) controller.abort();
    this.open.add(controller);
    reply.raw.once("close", () => {
      this.open.delete(controller);
      controller.abort();
    });
    return controller.signal;
  }

  /** Ends them all, those to come included. */
  close(): void {
    this.isClosed = true;
    for (const controller of this.open) controller.abort();
  }
}
