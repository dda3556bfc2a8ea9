import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Callbacks of the end of a run. */
export interface Told {
  state: string;
  /** JSON of the result. */
  result: string;
  /** When, ms since the epoch. */
  at: number;
}

/** A server that callbacks go to, and what they said, by uuid. */
export class CallbackServer {
  readonly told = new Map<string, Told[]>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CallbackServer> {
    const server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        const { uuid, state, result } = JSON.parse(body) as { uuid: string; state: string; result: unknown };
        const all = callbacks.told.get(uuid) ?? [];
        callbacks.told.set(uuid, [...all, { state, result: JSON.stringify(result), at: Date.now() }]);
        response.end();
      });
    });
    const callbacks = new CallbackServer(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return callbacks;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
