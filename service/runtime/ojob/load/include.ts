import { merge } from "../../lib/maps/merge.js";
import type { OJobDocument } from "../model/shapes.js";

/** Puts an included document under the one that includes it. */
export function mergeDocuments(included: OJobDocument, current: OJobDocument): OJobDocument {
  return {
    ...current,
    include: united(included.include, current.include),
    jobsInclude: united(included.jobsInclude, current.jobsInclude),
    jobs: [...listOf(included.jobs), ...listOf(current.jobs)],
    todo: [...listOf(included.todo), ...listOf(current.todo)],
    ojob: merge(included.ojob ?? {}, current.ojob),
    init: merge(included.init ?? {}, current.init),
    code: merge(included.code ?? {}, current.code),
    help: merge(included.help ?? {}, current.help),
  };
}

function united(included: unknown, current: unknown): string[] {
  return [...new Set([...listOf(included), ...listOf(current)])];
}

function listOf(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
