import type { OJobDocument } from "../ojob/model/shapes.js";

/** A question to an environment. */
export type Query =
  | { what: "names"; names: string[] }
  | { what: "vocabulary" }
  | { what: "include"; name: string }
  | { what: "chains"; chains: string[] }
  /** Which packages of an `ojob.opacks` section are not part of the engine? */
  | { what: "packs"; opacks: unknown }
  | DocumentQuery;

/** Asks for a job file with what it includes. */
export interface DocumentQuery {
  what: "document";
  text: string;
  /** Its path, for messages. */
  file: string;
  /** Are includes that are part of the engine left as includes, as their jobs can not be written down? */
  keepPacks?: boolean;
}

/** Query → its answer. */
export interface Answers {
  names: NameStatus[];
  vocabulary: Vocabulary;
  include: FoundInclude;
  chains: CheckedChain[];
  packs: string[];
  document: ReadDocument;
}

/** Status of a dotted name of the scope. */
export interface NameStatus {
  /** `there`; `absent`: OpenAF has it and this engine not; `missing`: neither has it; `open`: known only in a run. */
  status: "there" | "absent" | "missing" | "open";
  /** For `absent` and `missing`: the name up to the part that is not there. */
  name?: string;
  /** For `missing`: names beside which it would be. */
  near?: string[];
}

/** The words of the language that the engine knows by itself. */
export interface Vocabulary {
  /** Names of the built-in jobs. */
  jobs: string[];
  /** `(name)` of a todo entry → the job it stands for, and `((key))` → arg. */
  shortcuts: Record<string, { job: string; keyArg?: string; args: Record<string, string> }>;
  /** Language → program it needs; `""` when it needs none. */
  languages: Record<string, string>;
  /** Rules of `check`. */
  rules: string[];
}

/** A chain of rules of `check`. */
export interface CheckedChain {
  /** The code it becomes. */
  code: string;
  /** Its rules that nobody knows. */
  unknown: string[];
}

/** The target of a name in `include`. */
export type FoundInclude =
  | { kind: "file"; path: string; text: string }
  /** Jobs of a well-known package that this engine has by itself. */
  | { kind: "pack"; document: OJobDocument }
  | { kind: "url"; url: string; isAuthorized: boolean }
  | { kind: "encrypted" }
  | { kind: "none" };

export interface ReadDocument {
  /** With everything it includes and its shortcuts translated; absent when the file holds no oJob. */
  document?: OJobDocument;
  /** Why it can not be loaded. */
  error?: { message: string; line?: number };
}
