/**
 * Looking at job files without running anything: what `rojob check` and `rojob exec FILE --jobs` ask an environment, so
 * that the answer is the engine's own. Queries and answers are JSON.
 */

import { missingPacks } from "../lib/code/packs.js";
import { checkCode, unknownRules } from "../ojob/code/check.js";
import { toJson } from "./dates.js";
import { readDocument } from "./document.js";
import { findInclude } from "./includes.js";
import { statusOf } from "./names.js";
import type { Answers, Query } from "./queries.js";
import { vocabulary } from "./vocabulary.js";

/** Answers one query. An environment that was asked anything serves no run any more. */
export function inspect(queryJson: string): string {
  const query = JSON.parse(queryJson) as Query;
  return toJson(answerTo(query));
}

function answerTo(query: Query): Answers[keyof Answers] {
  switch (query.what) {
    case "names":
      return query.names.map(statusOf);
    case "vocabulary":
      return vocabulary();
    case "chains":
      return query.chains.map((chain) => ({ code: checkCode("", { arg: chain }), unknown: unknownRules(chain) }));
    case "packs":
      return missingPacks(query.opacks);
    case "include":
      return findInclude(query.name);
    case "document":
      return readDocument(query);
  }
}
