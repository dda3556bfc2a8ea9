import { hash } from "node:crypto";
import { type Node, parse } from "acorn";

/**
 * Lets waiting functions give way to others.
 *
 * Job code waits by plain calls (`sleep(100)`), and a waiting function lies on the stack: nothing below it can go on
 * before it ends. Functions that run beside others (`$do(…)`, threads, routes, the code of a job itself) and that wait
 * in their own lines are therefore turned into generators, in the text: `sleep(100)` becomes `yield*
 * __pausing.sleep(100)`. Lines stay where they are. All other code is left as it is.
 */

type AnyNode = Node & Record<string, any>;

/** A function of the source, and the waiting calls in its own lines. */
interface Scope {
  node: AnyNode | undefined;
  mayPause: boolean;
  pauses: { node: AnyNode; form: Pause; isStatement: boolean }[];
}

type Pause = { name: "sleep" | "doWait"; from: "name" } | { name: "wait" | "lock"; from: "method" };

interface Edit {
  from: number;
  to: number;
  text: string;
}

/** Calls whose function argument runs beside the caller. */
const STARTERS = new Set(["$do", "$doV", "setInterval"]);
const STARTING_METHODS =
  /^(?:then|catch|addThread|add(?:Virtual|Cached|Fixed|Single|Schedule)Thread|addScheduleThread(?:AtFixedRate|WithFixedDelay))$/;
const WORTH_IT = /\bsleep\s*\(|\$doWait\s*\(|\$await\b|\$lock\b/;
/** Code with a `sleep` of its own, or that uses the word of generators itself (other than for steps of the engine). */
const OWN_NAMES = /\b(?:function|var|let|const)\s+sleep\b|\byield\b(?!\* __ojob\.)/;
const MAX_CACHED = 1000;
const known = new Map<string, string>();

/** @param source of one function expression in parentheses */
export function suspendable(source: string): string {
  if (!WORTH_IT.test(source) || OWN_NAMES.test(source)) return source;
  const key = hash("sha256", source, "base64");
  let text = known.get(key);
  if (text === undefined) {
    text = rewrite(source);
    if (known.size >= MAX_CACHED) known.delete(known.keys().next().value!);
    known.set(key, text);
  }
  return text;
}

function rewrite(source: string): string {
  let program: AnyNode;
  try {
    program = parse(source, { ecmaVersion: "latest", sourceType: "script" }) as AnyNode;
  } catch {
    return source; // compiling it gives the better error
  }
  const edits: Edit[] = [];
  const outermost = program.body[0]?.expression;
  visit(program, undefined, { node: undefined, mayPause: false, pauses: [] });
  return apply(source, edits);

  function visit(node: AnyNode, parent: AnyNode | undefined, scope: Scope): void {
    if (/Function/.test(node.type)) return visitFunction(node, parent);
    if (node.type === "CallExpression" && scope.mayPause) {
      const form = pauseOf(node);
      if (form !== undefined) scope.pauses.push({ node, form, isStatement: parent?.type === "ExpressionStatement" });
    }
    for (const child of childrenOf(node)) visit(child, node, scope);
  }

  function visitFunction(node: AnyNode, parent: AnyNode | undefined): void {
    const isOutermost = node === outermost;
    const mayPause = !node.async && (isOutermost || (!node.generator && isStarted(node, parent)));
    const scope: Scope = { node, mayPause, pauses: [] };
    for (const parameter of node.params) visit(parameter, node, { ...scope, mayPause: false });
    visit(node.body, node, scope);
    if (!mayPause || scope.pauses.length === 0) return;
    if (node.type === "ArrowFunctionExpression" && usesArguments(node.body)) return;
    for (const pause of scope.pauses) editPause(pause);
    if (!node.generator) editFunction(node, isOutermost);
  }

  function editPause({ node, form, isStatement }: Scope["pauses"][number]): void {
    const open = isStatement ? "" : "(";
    const close = isStatement ? "" : ")";
    if (form.from === "name")
      edits.push({ from: node.start, to: node.callee.end, text: `${open}yield* __pausing.${form.name}` });
    else {
      const { object } = node.callee;
      edits.push({ from: node.start, to: node.start, text: `${open}yield* __pausing.${form.name}(` });
      edits.push({ from: object.end, to: source.indexOf("(", object.end) + 1, text: ", " });
    }
    edits.push({ from: node.end, to: node.end, text: close });
  }

  function editFunction(node: AnyNode, isOutermost: boolean): void {
    if (node.type !== "ArrowFunctionExpression") {
      const at = node.start + "function".length;
      edits.push({ from: at, to: at, text: "*" });
      if (isOutermost) return;
      edits.push({ from: node.start, to: node.start, text: "__inSteps(" });
      edits.push({ from: node.end, to: node.end, text: ")" });
      return;
    }
    const last = node.params.at(-1);
    const parameters = last === undefined ? "" : source.slice(node.params[0].start, last.end);
    const arrow = source.indexOf("=>", last?.end ?? node.start) + 2;
    const isBlock = node.body.type === "BlockStatement";
    edits.push({
      from: node.start,
      to: arrow,
      text: `__inSteps(function* (${parameters})${isBlock ? "" : " { return ("}`,
    });
    edits.push({ from: node.end, to: node.end, text: `${isBlock ? "" : ") }"}, this)` });
  }
}

/** Is the function an argument of a call that runs it beside the caller, or a route of a server? */
function isStarted(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (parent?.type === "Property") return parent.value === node && parent.kind === "init" && !parent.method;
  if (parent?.type !== "CallExpression" || !parent.arguments.slice(0, 2).includes(node)) return false;
  const { callee } = parent;
  if (callee.type === "Identifier") return STARTERS.has(callee.name);
  return callee.type === "MemberExpression" && !callee.computed && STARTING_METHODS.test(callee.property.name);
}

function pauseOf({ callee }: AnyNode): Pause | undefined {
  if (callee.type === "Identifier") {
    if (callee.name === "sleep") return { name: "sleep", from: "name" };
    return callee.name === "$doWait" ? { name: "doWait", from: "name" } : undefined;
  }
  if (callee.type !== "MemberExpression" || callee.computed || callee.optional) return undefined;
  const { object, property } = callee;
  if (object.type !== "CallExpression" || object.callee.type !== "Identifier") return undefined;
  if (object.callee.name === "$await" && property.name === "wait") return { name: "wait", from: "method" };
  return object.callee.name === "$lock" && property.name === "lock" ? { name: "lock", from: "method" } : undefined;
}

/** `arguments` of an arrow function are those of the function around it. */
function usesArguments(node: AnyNode): boolean {
  if (node.type === "Identifier") return node.name === "arguments";
  if (node.type === "FunctionExpression" || node.type === "FunctionDeclaration") return false;
  return childrenOf(node).some(usesArguments);
}

function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child?.type === "string") children.push(child);
  return children;
}

/** At one offset, ends come before begins. */
function apply(source: string, edits: Edit[]): string {
  const ordered = edits
    .map((edit, index) => ({ ...edit, index }))
    .sort((a, b) => a.from - b.from || a.to - b.to || a.index - b.index);
  let text = "";
  let at = 0;
  for (const edit of ordered) {
    text += source.slice(at, Math.max(at, edit.from)) + edit.text;
    at = Math.max(at, edit.to);
  }
  return text + source.slice(at);
}
