import { endOp, type Op, sendOp, startOp, waitUntil } from "../../base/scheduler.js";
import { JavaException } from "../../base/values/errors.js";
import { PipeInput, PipeOutput } from "../process/pipes.js";

/** A TCP connection of this run. */
export class Connection {
  readonly input = new PipeInput();
  readonly output = new PipeOutput(
    (bytes) => sendOp(this.op, { type: "output", data: null }, bytes),
    () => sendOp(this.op, { type: "finish", data: null }),
  );
  localPort = -1;
  private readonly op: Op<"tcp">;
  private failure: string | undefined;
  private isOpen = false;

  /** @throws JavaException `java.net.ConnectException` (or what fits) when it cannot be made within `timeoutMs` */
  constructor(
    readonly host: string,
    readonly port: number,
    timeoutMs?: number,
  ) {
    let isOver = false;
    this.op = startOp("tcp", { action: "connect", host, port, timeoutMs }, (event, bytes) => {
      if (event.type === "in") this.input.feed(bytes!);
      else if (event.type === "connect") {
        this.isOpen = true;
        this.localPort = event.data.localPort ?? -1;
      } else {
        this.input.finish();
        isOver = event.type === "end";
        if (isOver && !this.isOpen) this.failure = event.data?.code ?? "closed";
      }
    });
    waitUntil(() => this.isOpen || isOver, undefined, `${host}:${port}`);
    if (this.failure !== undefined) throw failureOf(this.failure, host);
  }

  get isClosed(): boolean {
    return !this.isOpen;
  }

  close(): void {
    if (this.isOpen) {
      this.isOpen = false;
      // Data that was written is still sent.
      sendOp(this.op, { type: "finish", data: null });
      endOp(this.op);
    }
  }
}

function failureOf(code: string, host: string): JavaException {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return new JavaException("java.net.UnknownHostException", host);
  if (code === "ETIMEDOUT") return new JavaException("java.net.SocketTimeoutException", "Connect timed out");
  if (code === "ENETUNREACH" || code === "EHOSTUNREACH")
    return new JavaException("java.net.NoRouteToHostException", "No route to host");
  return new JavaException("java.net.ConnectException", "Connection refused");
}
