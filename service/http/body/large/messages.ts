import type { TextFormat } from "../../../catalog/parse-text.js";
import type { RunSettings } from "../../../model/runs.js";

/** A task for the parse thread: the body of a request, the text of an oJob, or a result whose `__errors` are replaced. */
export type ParseJob =
  | { kind: "ojob"; bytes: Uint8Array; format: TextFormat; file: string; route: string; expected: string }
  | { kind: "request"; bytes: Uint8Array; isRunOnly: boolean }
  | { kind: "result"; bytes: Uint8Array; errors: string };

/** The parts that the node needs; large parts are JSON in UTF-8. */
export interface ParsedJob {
  /** JSON string: the oJob's text. */
  text?: Uint8Array;
  /** SHA-256 of the oJob's text, hex. */
  sourceHash?: string;
  rojob?: RunSettings;
  /** The arguments of the oJob itself. */
  args?: ParsedArgs;
  /** The result with the errors, JSON. */
  result?: Uint8Array;
  /** The fields of `POST /v1/runs`. */
  request?: { run?: string; args: ParsedArgs; settings: Partial<RunSettings> };
}

/** Arguments as they are; large ones as JSON, with their `__async` and what is shown of them. */
export type ParsedArgs =
  | { value: Record<string, unknown> }
  | { json: Uint8Array; shown: Record<string, unknown>; async: unknown };

/** Answer to a task: its parts, the reason of a refusal, or another error. */
export type ParseAnswer =
  | { parsed: ParsedJob }
  | { refusal: { code: string; values: Record<string, string | number> } }
  | { failure: string };
