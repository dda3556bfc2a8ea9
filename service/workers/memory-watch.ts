import fs from "node:fs";
import { memoryCause } from "./run-reply.js";
import type { WorkerProcess } from "./worker-process.js";

/** Interval of the checks of busy workers, ms. */
const PERIOD_MS = 100;
/** Memory of a worker process besides its heap: code, the young generation, its I/O thread; MB. */
const OVERHEAD_MB = 160;

/**
 * Ends runs whose process outgrows JOBMEMORY outside of the JavaScript heap, which V8 does not limit: byte arrays,
 * buffers. Checks only while there are busy workers.
 */
export class MemoryWatch {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly workers: Iterable<WorkerProcess>,
    private readonly jobMemoryMb: number,
  ) {}

  /** Call it when a run starts. */
  wake(): void {
    this.timer ??= setInterval(() => this.look(), PERIOD_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    let isBusy = false;
    for (const worker of this.workers) {
      if (worker.state !== "busy") continue;
      isBusy = true;
      if (worker.current!.elapsedMs < PERIOD_MS / 2) continue;
      const mb = residentMb(worker.pid!);
      if (mb > this.jobMemoryMb + OVERHEAD_MB)
        worker.stop(memoryCause(`the worker process reached ${mb} MB; JOBMEMORY is ${this.jobMemoryMb} MB`));
    }
    if (!isBusy) this.stop();
  }
}

/** Resident memory of a process; 0 where there is no /proc or the process is gone. */
function residentMb(pid: number): number {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return Math.round(Number(kb ?? 0) / 1024);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH") return 0;
    throw error;
  }
}
