import type { AnyMap } from "../../base/values/types.js";
import type { Condition, Operand, Select } from "./parse.js";

/** The description `$from().query()` takes, of a select over plain columns. */
export function queryOf(select: Select): AnyMap {
  const query: AnyMap = { transform: [] };
  if (select.from !== undefined) query.from = select.from;
  if (select.columns !== undefined) query.select = Object.fromEntries(select.columns.map((column) => [column, ""]));
  if (select.where !== undefined) {
    query.where = [];
    addCondition(select.where, false, false, query.where);
  }
  if (select.orderBy !== undefined) query.transform.push({ func: "sort", args: select.orderBy });
  if (select.limit !== undefined) query.transform.push({ func: "limit", args: [select.limit] });
  return query;
}

interface Step {
  cond: string;
  args: any[];
}

/**
 * Adds the steps of a condition. A chain is written as OpenAF writes it (`orBegin`, `equals`, `orEquals`, `end`); where a
 * group stands on the right of AND or OR that would change the meaning, as an `or…` step takes in all before it, so there
 * the right side gets a block of its own.
 * @param isOr joined to what stands before by OR
 */
function addCondition(condition: Condition, isOr: boolean, isNot: boolean, into: Step[]): void {
  if (condition.kind === "not") return addCondition(condition.inner, isOr, !isNot, into);
  if (condition.kind === "compare") {
    into.push(stepOf(condition, isOr, isNot));
    return;
  }
  // The negation of a group negates its members and turns AND into OR.
  const isUnion = (condition.kind === "or") !== isNot;
  const hasOwnBlock = !isChain(condition);
  into.push({ cond: "orBegin", args: [] });
  addCondition(condition.left, false, isNot, into);
  if (hasOwnBlock) into.push({ cond: isUnion ? "orBegin" : "andBegin", args: [] });
  addCondition(condition.right, isUnion && !hasOwnBlock, isNot, into);
  if (hasOwnBlock) into.push({ cond: "end", args: [] });
  into.push({ cond: "end", args: [] });
}

/** Is everything on a right side a single comparison? */
function isChain(condition: Condition): boolean {
  if (condition.kind === "compare") return true;
  if (condition.kind === "not") return isChain(condition.inner);
  const right = condition.right.kind === "not" ? condition.right.inner : condition.right;
  return right.kind === "compare" && isChain(condition.left);
}

const NAMES: Record<string, string> = {
  "<": "Less",
  ">": "Greater",
  "<=": "LessEquals",
  ">=": "GreaterEquals",
  "=": "Equals",
  "<>": "Equals",
  "!=": "Equals",
  IS: "Equals",
  "IS NOT": "Equals",
  LIKE: "Match",
  RLIKE: "Match",
  REGEXP: "Match",
  IN: "Match",
  BETWEEN: "BetweenEquals",
};

type Compare = Extract<Condition, { kind: "compare" }>;

function stepOf({ operator, left, right }: Compare, isOr: boolean, isNot: boolean): Step {
  const isNegative = /^(<>|!=|IS NOT)$/.test(operator) !== isNot;
  const key = keyOf(left);
  if (Array.isArray(right)) {
    const values = right.map(literalOf);
    if (operator === "IN")
      return { cond: named("Match", isOr, isNegative), args: [key, `^(${values.map(escaped).join("|")})$`] };
    // Outside of a range excludes its bounds: that is what `between` (not its closed twin) negates to.
    return { cond: named(isNegative ? "Between" : "BetweenEquals", isOr, isNegative), args: [key, ...values] };
  }
  const value = literalOf(right);
  const wanted = operator === "LIKE" || operator === "RLIKE" ? likePattern(String(value)) : value;
  return { cond: named(NAMES[operator]!, isOr, isNegative), args: [key, wanted] };
}

function named(name: string, isOr: boolean, isNot: boolean): string {
  if (isOr) return `or${isNot ? "Not" : ""}${name}`;
  return isNot ? `not${name}` : name[0]!.toLowerCase() + name.slice(1);
}

const keyOf = (operand: Operand): any => ("column" in operand ? operand.column : operand.value);
const literalOf = (operand: Operand): any => ("column" in operand ? undefined : operand.value);
const escaped = (value: unknown): string => String(value).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const likePattern = (text: string): string => `^${escaped(text).replace(/%/g, ".*").replace(/_/g, ".")}$`;
