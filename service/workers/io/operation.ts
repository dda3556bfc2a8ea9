import type { OpKind, OpParams, OpReport, OpSend, Place } from "../../runtime/base/operations.js";

/** An operation of the I/O thread. */
export interface Operation<K extends OpKind> {
  /** A further message of the run for this operation. */
  send?(message: OpSend<K>, bytes?: Uint8Array): void;
  /** Ends it now; no event needs to follow. */
  cancel(): void;
}

type DataOf<K extends OpKind, T> = Extract<OpReport<K>, { type: T }>["data"];

/** Receiver of the events of an operation. After `end` it accepts no more of them. */
export interface Reporter<K extends OpKind> {
  emit<T extends Exclude<OpReport<K>["type"], "end">>(type: T, data: DataOf<K, T>, bytes?: Uint8Array): void;
  /** The last event. */
  end(data: DataOf<K, "end">, bytes?: Uint8Array): void;
}

/** Starts one operation of a kind. Parameters are the runtime's, with `cwd` and `env` of the run as defaults. */
export type StartOperation<K extends OpKind> = (
  params: OpParams<K> & Place,
  report: Reporter<K>,
  bytes?: Uint8Array,
) => Operation<K>;
