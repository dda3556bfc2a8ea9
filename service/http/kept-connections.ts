import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * The connections of clients that are kept for a further request. One that was used a moment ago is likely to be used
 * again: closed just then, its client sees a reset instead of a reply.
 */
export class KeptConnections {
  /** When the last request of each came, ms of `performance.now()`. */
  private readonly usedAt = new Map<Socket, number>();

  /** Follows the connections of a server. */
  watch(server: Server): void {
    server.on("connection", (socket) => socket.once("close", () => this.usedAt.delete(socket)));
  }

  /** A request of a client has come. */
  used(socket: Socket, at: number): void {
    if (!socket.destroyed) this.usedAt.set(socket, at);
  }

  /** Was one of them used within that time? */
  hasUsedWithin(ms: number): boolean {
    const since = performance.now() - ms;
    for (const at of this.usedAt.values()) if (at > since) return true;
    return false;
  }
}
