import dgram from "node:dgram";
import { isIPv6 } from "node:net";
import type { Failure } from "../../runtime/base/operations.js";
import type { StartOperation } from "./operation.js";

/** Sends one packet. */
export const startUdp: StartOperation<"udp"> = (params, report, bytes) => {
  const socket = dgram.createSocket(isIPv6(params.host) ? "udp6" : "udp4");
  const end = (data: Failure, reply?: Uint8Array): void => {
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
