import { ServiceError } from "../base/errors.js";

/** Levels of nesting, with every alias written out. */
export const MAX_DEPTH = 100;
/** Values with every alias written out, where aliases make them more than twice the written ones. */
const MAX_EXPANDED_NODES = 100_000;
/** Characters of text, likewise. */
const MAX_EXPANDED_CHARACTERS = 1_000_000;

/** Size of a value with every alias written out. */
interface Extent {
  nodes: number;
  characters: number;
  height: number;
}

/**
 * Refuses a parsed document that aliases make too big, too deep or endless, without writing them out, and keys that
 * could change what every object inherits (`__proto__`, and a `prototype` inside `constructor`).
 *
 * @param length characters of the text it was parsed from
 * @throws ServiceError `document_too_big`, `document_is_circular`, `forbidden_key`
 */
export function checkDocument(root: unknown, file: string, length: number): void {
  const known = new Map<object, Extent>();
  const open = new Set<object>();
  const path: string[] = [];
  let written = 0;

  const refuseDepth = (): never => {
    throw new ServiceError("document_too_big", { file, what: "it is nested too deeply", limit: `${MAX_DEPTH} levels` });
  };

  const visit = (value: unknown): Extent => {
    written++;
    if (typeof value === "string") return { nodes: 1, characters: value.length, height: 0 };
    if (typeof value !== "object" || value === null) return { nodes: 1, characters: 0, height: 0 };
    const before = known.get(value);
    if (before !== undefined) {
      if (path.length + before.height > MAX_DEPTH) refuseDepth();
      return before;
    }
    if (open.has(value)) throw new ServiceError("document_is_circular", { file, pointer: pointerOf(path) });
    if (path.length >= MAX_DEPTH) refuseDepth();
    open.add(value);
    const total: Extent = { nodes: 1, characters: 0, height: 0 };
    for (const key of Object.keys(value)) {
      const child = (value as Record<string, unknown>)[key];
      path.push(key);
      if (isForbidden(key, child)) {
        throw new ServiceError("forbidden_key", { file, key, pointer: pointerOf(path) });
      }
      const inner = visit(child);
      path.pop();
      total.nodes += inner.nodes;
      total.characters += inner.characters + (Array.isArray(value) ? 0 : key.length);
      total.height = Math.max(total.height, inner.height + 1);
    }
    open.delete(value);
    known.set(value, total);
    return total;
  };

  const { nodes, characters } = visit(root);
  if (nodes > MAX_EXPANDED_NODES && nodes > 2 * written) {
    const what = `its aliases make ${written} written values ${nodes}`;
    throw new ServiceError("document_too_big", { file, what, limit: `${MAX_EXPANDED_NODES} values` });
  }
  if (characters > MAX_EXPANDED_CHARACTERS && characters > 2 * length) {
    const what = `its aliases make ${length} written characters ${characters}`;
    throw new ServiceError("document_too_big", { file, what, limit: `${MAX_EXPANDED_CHARACTERS} characters` });
  }
}

function isForbidden(key: string, child: unknown): boolean {
  if (key === "__proto__") return true;
  return key === "constructor" && typeof child === "object" && child !== null && Object.hasOwn(child, "prototype");
}

/** A JSON pointer (RFC 6901). */
function pointerOf(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
