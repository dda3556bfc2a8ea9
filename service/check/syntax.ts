import { parse } from "acorn";
import type { AnyNode } from "./syntax-nodes.js";

/** Reason why code does not compile. `offset` counts in its text. */
export interface SyntaxProblem {
  message: string;
  offset: number;
}

/** Code around the code of a job, so that it is parsed as the function it becomes. */
const HEAD = "(function (args, job, id, deps, each, __ojob) {\n";

/**
 * Parses code as the body of a function, in sloppy mode.
 * @returns its statements, and the offset of the code in theirs
 */
export function parseCode(code: string): { body?: AnyNode[]; base: number; problem?: SyntaxProblem } {
  // The steps of the engine wait in generators.
  const head = code.includes("yield* __ojob.") ? HEAD.replace("function", "function*") : HEAD;
  try {
    const program = parse(`${head}${code}\n})`, { ecmaVersion: "latest", sourceType: "script" }) as AnyNode;
    const outer = program.body[0]?.expression;
    if (program.body.length !== 1 || outer?.type !== "FunctionExpression")
      return { base: 0, problem: { message: "it closes the function around it", offset: 0 } };
    return { body: outer.body.body, base: head.length };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos } = error as SyntaxError & { pos: number };
    const message = error.message.replace(/ \(\d+:\d+\)$/, "");
    return { base: 0, problem: { message, offset: Math.min(Math.max(0, pos - head.length), code.length) } };
  }
}
