import type { Steps } from "../../base/scheduler.js";
import type { JobEngine } from "../model/port.js";
import type { AnyMap } from "../model/shapes.js";

/** A built-in job. Adding one: a file here that exports it. The build finds it (`rojob:builtins`). */
export interface Builtin {
  /** `ojob print`. */
  name: string;
  /** Job args: merged over those it is called with. */
  args?: AnyMap;
  /** Checks of args, as in `check.in` of a job: path → chain of rules. */
  check?: AnyMap;
  typeArgs?: AnyMap;
  type?: string;
  /** Keys of todo entries that stand for it. */
  shortcuts?: Shortcut[];
  /** Of an entry with several shortcuts the one with the lowest precedence is translated first. Required with `shortcuts`. */
  precedence?: number;
  /**
   * The body. It may change `args`, or return others; a generator may wait in steps.
   * @param args with tokens resolved and checks done
   * @param job the registered job (with `from`/`to`: the one whose code this is a part of)
   * @param id suffix of the run id
   * @param engine what the body may ask of the engine
   */
  exec(args: any, job: any, id: string, engine: JobEngine): unknown | Steps<unknown>;
}

/** Turns `(name)` in a todo entry into a built-in job. */
export interface Shortcut {
  /** Without parentheses: `print`. */
  name: string;
  /** The arg that gets the value of `(name)`; absent: the value is not passed. */
  keyArg?: string;
  /** `((shown))` → arg. */
  args?: Record<string, string>;
  /** Its start and end are not logged (as of most built-in jobs). */
  noLog?: boolean;
}

/** The part of a built-in job that is known without evaluating its file. */
export interface BuiltinEntry {
  name: string;
  shortcuts?: Shortcut[];
  load(): Builtin;
}
