import type { RunRecord } from "../model/record.js";
import type { CallOptions, LogOptions, WaitOptions } from "./client-options.js";
import type { RoJobClient } from "./rojob-client.js";
import type { RunResult } from "./run-result.js";

/** Handle of an accepted run. */
export class RunHandle {
  constructor(
    private readonly client: RoJobClient,
    /** Its id, valid on any node of the cluster. */
    readonly uuid: string,
    /** It was started just now, and its oJob is asynchronous (`rojob.async`, `__async`). */
    readonly isAsync = false,
  ) {}

  /** See {@link RoJobClient.get}. */
  get(options?: CallOptions): Promise<RunRecord> {
    return this.client.get(this.uuid, options);
  }

  /** See {@link RoJobClient.wait}. */
  wait(options?: WaitOptions): Promise<RunRecord> {
    return this.client.wait(this.uuid, options);
  }

  /** See {@link RoJobClient.ended}. */
  ended(options?: CallOptions): Promise<RunResult> {
    return this.client.ended(this.uuid, options);
  }

  /** See {@link RoJobClient.result}. */
  result(options?: CallOptions): Promise<unknown> {
    return this.client.result(this.uuid, options);
  }

  /** See {@link RoJobClient.log}. */
  log(options?: LogOptions): AsyncGenerator<string> {
    return this.client.log(this.uuid, options);
  }

  /** See {@link RoJobClient.kill}. */
  kill(options?: CallOptions): Promise<RunRecord> {
    return this.client.kill(this.uuid, options);
  }
}
