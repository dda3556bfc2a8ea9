/** An `error` keeps the file from running here, or makes what it names fail; a `warning` does not; a `note` is for information. */
export type Severity = "error" | "warning" | "note";

/** What a finding is about. */
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

/** One thing `rojob check` has to tell. */
export interface Finding {
  severity: Severity;
  kind: FindingKind;
  message: string;
  file: string;
  /** 1-based. */
  line?: number;
  column?: number;
  /** What is missing, for those that are counted: function, program, package, job, file. */
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
