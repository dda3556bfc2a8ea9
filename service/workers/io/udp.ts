import dgram from "node:dgram";
import { isIPv6 } from "node:net";
import type { StartOperation } from "./operation.js";

/** Parameters of the operation `udp`; the packet are its bytes. */
export interface UdpParams {
  host: string;
  port: number;
  /** Wait for one packet in return. */
  wantsReply: boolean;
  timeoutMs?: number;
}

/** Sends one packet. One event: `end`, with the bytes of the reply when one is wanted, or with `error` and `code`. */
export const startUdp: StartOperation = (params: UdpParams, report, bytes) => {
  const socket = dgram.createSocket(isIPv6(params.host) ? "udp6" : "udp4");
  const end = (data: unknown, reply?: Uint8Array): void => {
    clearTimeout(timer);
    socket.close();
    report.end(data, reply);
  };
  const timer =
    params.timeoutMs === undefined
      ? undefined
      : setTimeout(() => end({ error: "Receive timed out", code: "ETIMEDOUT" }), params.timeoutMs);
  socket.on("error", (error: NodeJS.ErrnoException) => end({ error: error.message, code: error.code }));
  socket.on("message", (reply) => end({}, reply));
  socket.send(bytes ?? new Uint8Array(0), params.port, params.host, (error) => {
    if (error === null && !params.wantsReply) end({});
  });
  return {
    cancel() {
      clearTimeout(timer);
      socket.close();
    },
  };
};
