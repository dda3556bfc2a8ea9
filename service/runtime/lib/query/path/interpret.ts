import { type Node, strictDeepEqual } from "jmespath";
import { isArray, isMap } from "../../../base/values/types.js";
import { clone } from "../../maps/merge.js";

/** Evaluates a parsed JMESPath expression (https://jmespath.org/specification.html), as jmespath.js reads the specification. */
export interface Interpreter {
  visit(node: Node, value: any): any;
}

export type CallFunction = (name: string, args: any[]) => any;

type Visit = (node: Node, value: any) => any;

/** @param call carries out the functions of the expression */
export function createInterpreter(call: CallFunction): Interpreter {
  const visit: Visit = (node, value) => {
    const evaluate = kinds[node.type];
    if (evaluate === undefined) throw new Error(`Unknown node type: ${node.type}`);
    return evaluate(node, value, visit, call);
  };
  return { visit };
}

type Evaluate = (node: Node, value: any, visit: Visit, call: CallFunction) => any;

const kinds: Record<string, Evaluate> = {
  Field: (node, value) => (isMap(value) ? (value[node.name] ?? null) : null),
  Subexpression: (node, value, visit) => chained(node, value, visit),
  IndexExpression: (node, value, visit) => visit(node.children[1], visit(node.children[0], value)),
  Pipe: (node, value, visit) => visit(node.children[1], visit(node.children[0], value)),
  Index: (node, value) => (isArray(value) ? (value.at(node.value) ?? null) : null),
  Slice: (node, value) => (isArray(value) ? sliced(value, node.children) : null),
  Projection: (node, value, visit) => projected(visit(node.children[0], value), node.children[1], visit),
  ValueProjection(node, value, visit) {
    const base = visit(node.children[0], value);
    return isMap(base) ? projected(Object.values(base), node.children[1], visit) : null;
  },
  FilterProjection(node, value, visit) {
    const base = visit(node.children[0], value);
    if (!isArray(base)) return null;
    const matching = base.filter((entry) => !isFalse(visit(node.children[2], entry)));
    return projected(matching, node.children[1], visit);
  },
  Flatten(node, value, visit) {
    const base = visit(node.children[0], value);
    return isArray(base) ? base.flat() : null;
  },
  Comparator: (node, value, visit) =>
    compared(node.name, visit(node.children[0], value), visit(node.children[1], value)),
  Identity: (_node, value) => value,
  Current: (_node, value) => value,
  MultiSelectList: (node, value, visit) =>
    value === null ? null : node.children.map((child: Node) => visit(child, value)),
  MultiSelectHash(node, value, visit) {
    if (value === null) return null;
    return Object.fromEntries(node.children.map((pair: Node) => [pair.name, visit(pair.value, value)]));
  },
  OrExpression(node, value, visit) {
    const first = visit(node.children[0], value);
    return isFalse(first) ? visit(node.children[1], value) : first;
  },
  AndExpression(node, value, visit) {
    const first = visit(node.children[0], value);
    return isFalse(first) ? first : visit(node.children[1], value);
  },
  NotExpression: (node, value, visit) => isFalse(visit(node.children[0], value)),
  // Parsed expressions are kept: what job code does with a literal must not reach the next evaluation.
  Literal: (node) => (typeof node.value === "object" && node.value !== null ? clone(node.value) : node.value),
  Function: (node, value, visit, call) => {
    const args = node.children.map((child: Node) => visit(child, value));
    return call(node.name, args);
  },
  ExpressionReference: (node) => Object.assign(node.children[0], { jmespathType: "Expref" }),
};

function chained(node: Node, value: any, visit: Visit): any {
  const left = visit(node.children[0], value);
  return visit(node.children[1], left);
}

function projected(base: any, each: Node, visit: Visit): any {
  if (!isArray(base)) return null;
  return base.map((entry) => visit(each, entry)).filter((entry) => entry !== null);
}

function compared(operator: string, left: any, right: any): boolean {
  switch (operator) {
    case "EQ":
      return strictDeepEqual(left, right);
    case "NE":
      return !strictDeepEqual(left, right);
    case "GT":
      return left > right;
    case "GTE":
      return left >= right;
    case "LT":
      return left < right;
    case "LTE":
      return left <= right;
    default:
      throw new Error(`Unknown comparator: ${operator}`);
  }
}

function sliced(list: any[], [from, to, by]: (number | null)[]): any[] {
  const step = by ?? 1;
  if (step === 0) throw Object.assign(new Error("Invalid slice, step cannot be 0"), { name: "RuntimeError" });
  const capped = (at: number): number => {
    const index = at < 0 ? at + list.length : at;
    if (index < 0) return step < 0 ? -1 : 0;
    return index >= list.length ? (step < 0 ? list.length - 1 : list.length) : index;
  };
  const start = from === null || from === undefined ? (step < 0 ? list.length - 1 : 0) : capped(from);
  const stop = to === null || to === undefined ? (step < 0 ? -1 : list.length) : capped(to);
  const picked: any[] = [];
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) picked.push(list[at]);
  return picked;
}

/** False are `null`, `false`, and empty texts, lists and maps. */
function isFalse(value: any): boolean {
  if (value === "" || value === false || value === null) return true;
  if (isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}
