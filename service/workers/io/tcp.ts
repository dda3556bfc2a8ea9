import net from "node:net";
import type { TcpParams } from "../../runtime/base/operations.js";
import type { Operation, Reporter, StartOperation } from "./operation.js";

/** TCP connections as a client. */
export const startTcp: StartOperation<"tcp"> = (params, report) =>
  params.action === "freePort" ? findPort(report) : connect(params, report);

function findPort(report: Reporter<"tcp">): Operation<"tcp"> {
  const server = net.createServer();
  server.on("error", (error: NodeJS.ErrnoException) => report.end({ error: error.message, code: error.code }));
  server.listen(0, () => {
    const { port } = server.address() as net.AddressInfo;
    server.close(() => report.end({ port }));
  });
  return { cancel: () => void server.close() };
}

function connect(params: Extract<TcpParams, { action: "connect" }>, report: Reporter<"tcp">): Operation<"tcp"> {
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
  socket.on("end", () => report.emit("finish", undefined));
  socket.on("error", (error) => {
    failure = error;
  });
  socket.on("close", () => report.end(failure === undefined ? {} : { error: failure.message, code: failure.code }));
  return {
    send({ type }, bytes) {
      if (type === "output") socket.write(bytes ?? "");
      else if (type === "finish") socket.end();
    },
    // Bytes already written are still sent.
    cancel: () => void (socket.connecting ? socket.destroy() : socket.destroySoon()),
  };
}
