import net from "node:net";
import type { Operation, Reporter, StartOperation } from "./operation.js";

/** Parameters of the operation `tcp`. */
export type TcpParams =
  /** A port nobody listens on; reported as `end` with `{ port }`. */
  | { action: "freePort" }
  /** A connection; what arrives is reported. */
  | { action: "connect"; host: string; port: number; timeoutMs?: number };

/**
 * TCP connections as a client. Events: `connect` with `{ ms, localPort }`, `in` with bytes, `end` (with `error` and
 * `code` when it failed). Messages: `output` writes bytes, `finish` ends our side.
 */
export const startTcp: StartOperation = (params: TcpParams, report) =>
  params.action === "freePort" ? findPort(report) : connect(params, report);

function findPort(report: Reporter): Operation {
  const server = net.createServer();
  server.on("error", (error: NodeJS.ErrnoException) => report.end({ error: error.message, code: error.code }));
  server.listen(0, () => {
    const { port } = server.address() as net.AddressInfo;
    server.close(() => report.end({ port }));
  });
  return { cancel: () => void server.close() };
}

function connect(params: Extract<TcpParams, { action: "connect" }>, report: Reporter): Operation {
  const startedMs = Date.now();
  const socket = net.connect({ host: params.host, port: params.port, allowHalfOpen: true });
  let failure: NodeJS.ErrnoException | undefined;
  if (params.timeoutMs !== undefined)
    socket.setTimeout(params.timeoutMs, () =>
      socket.destroy(Object.assign(new Error("Connect timed out"), { code: "ETIMEDOUT" })),
    );
  socket.on("connect", () => {
    socket.setTimeout(0);
    report.emit("connect", { ms: Date.now() - startedMs, localPort: socket.localPort });
  });
  socket.on("data", (chunk) => report.emit("in", undefined, chunk));
  socket.on("end", () => report.emit("finish"));
  socket.on("error", (error) => {
    failure = error;
  });
  socket.on("close", () => report.end(failure === undefined ? {} : { error: failure.message, code: failure.code }));
  return {
    send(type, data, bytes) {
      if (type === "output") socket.write(bytes ?? String(data));
      else if (type === "finish") socket.end();
    },
    // What was handed over to be written still goes out.
    cancel: () => void (socket.connecting ? socket.destroy() : socket.destroySoon()),
  };
}
