/**
 * An `error` keeps the file from running here, or makes the named part fail; a `warning` does not; a `note` is for
 * information.
 */
export type Severity = "error" | "warning" | "note";

/** Subject of a finding. */
export type FindingKind =
  | "yaml"
  | "document"
  | "key"
  | "include"
  | "job"
  | "cycle"
  | "language"
  | "program"
  | "pack"
  | "script"
  | "code"
  | "check"
  | "name";

/** One result of `rojob check`. */
export interface Finding {
  severity: Severity;
  kind: FindingKind;
  message: string;
  file: string;
  /** 1-based. */
  line?: number;
  column?: number;
  /** Missing name, for findings that are counted: function, program, package, job, file. */
  name?: string;
}

/** A place in a file; 1-based. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

export function finding(severity: Severity, kind: FindingKind, place: Place, message: string, name?: string): Finding {
  const { file, line, column } = place;
  return { severity, kind, message, file, line, column, name };
}

/** ` Did you mean 'x'?`, or nothing. */
export function hint(nearest: string | undefined): string {
  return nearest === undefined ? "" : `; did you mean '${nearest}'?`;
}
