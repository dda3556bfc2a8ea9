import type { TextFormat } from "../../../catalog/parse-text.js";
import type { RunSettings } from "../../../model/runs.js";

/** A job for the parse thread: the body of a request, the text of an oJob, or a result that needs other `__errors`. */
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
  /** The oJob's own. */
  args?: ParsedArgs;
  /** The result with the errors, JSON. */
  result?: Uint8Array;
  /** Of `POST /v1/runs`. */
  request?: { run?: string; args: ParsedArgs; settings: Partial<RunSettings> };
}

/** As they are, or, of large ones, as JSON with what is shown of them and their `__async`. */
export type ParsedArgs =
  | { value: Record<string, unknown> }
  | { json: Uint8Array; shown: Record<string, unknown>; async: unknown };

/** Answer to a job: its parts, the reason of a refusal, or another error. */
export type ParseAnswer =
  | { parsed: ParsedJob }
  | { refusal: { code: string; values: Record<string, string | number> } }
  | { failure: string };
