/** The I/O thread of a worker: executes operations on its own event loop and reports their events. */
import { readlinkSync } from "node:fs";
import { type MessagePort, workerData } from "node:worker_threads";
import type { IoCommand, ThreadFailure } from "./io-client.js";
import { endOfRun, kinds } from "./kinds.js";
import type { Operation } from "./operation.js";

const { port, eventCounter, task } = workerData as { port: MessagePort; eventCounter: Int32Array; task: Int32Array };
const operations = new Map<number, Operation<any>>();

/** A `Reporter` of any kind: what crosses is checked where operations are written. */
interface AnyReporter {
  emit(type: string, data?: unknown, bytes?: Uint8Array): void;
  end(data?: unknown, bytes?: Uint8Array): void;
}
type StartAny = (params: unknown, report: AnyReporter, bytes?: Uint8Array) => Operation<any>;

Atomics.store(task, 0, ownTask());
// A library threw in a callback of its own. The operation is unknown, so all of them end with the error.
process.on("uncaughtException", (error) => {
  // First, so that the reason is known when an operation ends.
  port.postMessage({ id: 0, type: "failed", data: error.message } satisfies ThreadFailure);
  for (const [id, operation] of [...operations]) {
    reporterOf(id).end({ error: `the I/O thread failed: ${error.message}` });
    operation.cancel();
  }
});

port.on("message", (command: IoCommand) => {
  if (command.op === "start") start(command);
  else if (command.op === "send")
    operations.get(command.id)?.send?.({ type: command.type, data: command.data }, command.bytes);
  else if (command.op === "endOfRun") endOfRun();
  else {
    operations.get(command.id)?.cancel();
    operations.delete(command.id);
  }
});

/** Task id of this thread in the system; 0 where there is no /proc. */
function ownTask(): number {
  try {
    return Number(/\d+$/.exec(readlinkSync("/proc/thread-self"))?.[0] ?? 0);
  } catch {
    // A system without /proc.
    return 0;
  }
}

function start({ id, kind, params, bytes }: Extract<IoCommand, { op: "start" }>): void {
  const report = reporterOf(id);
  const open = (kinds as Partial<Record<string, unknown>>)[kind] as StartAny | undefined;
  if (open === undefined) return report.end({ error: `there is no operation "${kind}"` });
  try {
    // An operation that ended during its start is not kept.
    let ended = false;
    const operation = open(
      params,
      {
        emit: report.emit,
        end: (data, rest) => {
          ended = true;
          report.end(data, rest);
        },
      },
      bytes,
    );
    if (!ended) operations.set(id, operation);
  } catch (error) {
    report.end({ error: String((error as Error).message), code: (error as NodeJS.ErrnoException).code });
  }
}

function reporterOf(id: number): AnyReporter {
  const post = (type: string, data?: unknown, bytes?: Uint8Array): void => {
    port.postMessage({ id, type, data, bytes });
    Atomics.add(eventCounter, 0, 1);
    Atomics.notify(eventCounter, 0);
  };
  return {
    emit: post,
    end(data, bytes) {
      operations.delete(id);
      post("end", data, bytes);
    },
  };
}
