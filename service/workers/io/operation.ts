/** What an operation of the I/O thread is made of. */
export interface Operation {
  /** A further message of the run for this operation. */
  send?(type: string, data: any, bytes?: Uint8Array): void;
  /** Ends it now; no event needs to follow. */
  cancel(): void;
}

/** How an operation reports. After `end` nothing more is accepted from it. */
export interface Reporter {
  emit(type: string, data?: unknown, bytes?: Uint8Array): void;
  /** The last event. */
  end(data?: unknown, bytes?: Uint8Array): void;
}

/** Starts one operation of a kind. Parameters are the runtime's, with `cwd` and `env` of the run as defaults. */
export type StartOperation = (params: any, report: Reporter, bytes?: Uint8Array) => Operation;
