import { parse } from "acorn";
import type { AnyNode } from "./nodes.js";

/** Why code does not compile. `offset` counts in its text. */
export interface SyntaxProblem {
  message: string;
  offset: number;
}

/** What surrounds the code of a job, so that it is read as the function it becomes. */
const HEAD = "(function (args, job, id, deps, each, __ojob) {\n";

/** Reads code as the body of a function, in sloppy mode. */
export function parseCode(code: string): { body?: AnyNode[]; problem?: SyntaxProblem } {
  // The steps of the engine wait in generators.
  const head = code.includes("yield* __ojob.") ? HEAD.replace("function", "function*") : HEAD;
  try {
    const program = parse(`${head}${code}\n})`, { ecmaVersion: "latest", sourceType: "script" }) as AnyNode;
    const outer = program.body[0]?.expression;
    if (program.body.length !== 1 || outer?.type !== "FunctionExpression")
      return { problem: { message: "it closes the function it is the body of", offset: 0 } };
    shift(outer.body, head.length);
    return { body: outer.body.body };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos } = error as SyntaxError & { pos: number };
    const message = error.message.replace(/ \(\d+:\d+\)$/, "");
    return { problem: { message, offset: Math.min(Math.max(0, pos - head.length), code.length) } };
  }
}

/** Offsets count from the begin of the code itself. */
function shift(node: AnyNode, by: number): void {
  node.start -= by;
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const one of value) if (one !== null && typeof one?.type === "string") shift(one, by);
    } else if (typeof value?.type === "string" && typeof value.start === "number") shift(value, by);
  }
}
