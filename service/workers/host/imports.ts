import { type Node, parse } from "acorn";

/** Replacement of the word `import`: throws in the realm of the job, with the job's place. */
const REFUSAL = `void (() => { throw new Error("import() is not available in the embedded engine: use load or include") })`;

/**
 * Source in which every `import()` throws when it is reached. Node would answer with a promise of the worker's realm, which
 * does not settle while a run is executed: what a job chains to it would never be called, and nobody would know.
 * Lines stay where they are. Code that a job makes from texts (`eval`, `Function`) is not seen here: see `refuseImport`.
 */
export function withoutImports(source: string): string {
  if (!source.includes("import")) return source;
  let program: Node;
  try {
    program = parse(source, { ecmaVersion: "latest", sourceType: "script", allowReturnOutsideFunction: true });
  } catch {
    return source; // Compiling it gives the better error.
  }
  const places = importsIn(program);
  let text = "";
  let end = 0;
  for (const at of places) {
    text += source.slice(end, at) + REFUSAL;
    end = at + "import".length;
  }
  return text + source.slice(end);
}

/** Offsets of `import()`, in the order of the text. */
function importsIn(program: Node): number[] {
  const found: number[] = [];
  const open: unknown[] = [program];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    if ((value as Node).type === "ImportExpression") found.push((value as Node).start);
    // One by one: a list may have more members than a call takes arguments.
    for (const member of Object.values(value)) open.push(member);
  }
  return found.sort((a, b) => a - b);
}
