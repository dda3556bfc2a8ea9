import { scanJson } from "./json-scan.js";

/** Place at which a text stops being JSON. */
export interface JsonError {
  /** 1-based. */
  line: number;
  column: number;
  reason: string;
}

/** Line and column of an error of `scanJson`, from 1. */
export function placeOfError(text: string, { at, reason }: { at: number; reason: string }): JsonError {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < at; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: at - start + 1, reason: at >= text.length ? `${reason}, but the text ends` : reason };
}

/** Finds the error of a text that is no JSON. */
export function explainJson(text: string): JsonError {
  const { error } = scanJson(text, Number.POSITIVE_INFINITY);
  return placeOfError(text, error ?? { at: text.length, reason: "not JSON" });
}
