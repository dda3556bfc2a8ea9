import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** An import of one module of the program by another; paths from the top of the repository. */
export interface Import {
  from: string;
  to: string;
  /** Of types only: nothing is loaded. */
  isType: boolean;
  /** By `import()`, when it is needed. */
  isLate: boolean;
}

/** The top of the repository. */
export const root = path.resolve(import.meta.dirname, "../..");
/** Folders of the program. */
const FOLDERS = ["service", "infra", "swarm", "compose"];
const STATIC = /^\s*(?:import|export)\s+(type\s+)?(?:([^"';]*?)\s+from\s+)?"(\.[^"]+)"/gm;
const LATE = /\bimport\("(\.[^"]+)"\)/g;

/** All modules of the program, or of other folders. */
export function modules(folders: readonly string[] = FOLDERS): string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => path.join(folder, name)),
  );
}

/** The source of a module. */
export function textOf(module: string): string {
  return readFileSync(path.join(root, module), "utf8");
}

/** All imports between them. */
export function imports(importing = modules()): Import[] {
  return importing.flatMap((from) => {
    const text = textOf(from);
    const to = (specifier: string): string => path.join(path.dirname(from), specifier).replace(/\.js$/, ".ts");
    const fixed = [...text.matchAll(STATIC)].map(([, type, names, specifier]) => {
      const isType = type !== undefined || hasOnlyTypes(names ?? "");
      return { from, to: to(specifier!), isType, isLate: false };
    });
    const late = [...text.matchAll(LATE)].map(([, specifier]) => ({
      from,
      to: to(specifier!),
      isType: false,
      isLate: true,
    }));
    return [...fixed, ...late];
  });
}

function hasOnlyTypes(names: string): boolean {
  const inner = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  if (inner === undefined) return false;
  const each = inner.split(",").filter((name) => name.trim() !== "");
  return each.length > 0 && each.every((name) => name.trim().startsWith("type "));
}

/** Groups of modules that load each other in a circle. */
export function circles(edges: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, isType, isLate } of edges) {
    if (!isType && !isLate) next.set(from, [...(next.get(from) ?? []), to]);
  }
  // Tarjan's algorithm for strongly connected components.
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (module: string): void => {
    numbers.set(module, numbers.size);
    lowest.set(module, numbers.get(module)!);
    open.push(module);
    for (const other of next.get(module) ?? []) {
      if (!numbers.has(other)) visit(other);
      else if (!open.includes(other)) continue;
      lowest.set(module, Math.min(lowest.get(module)!, lowest.get(other)!));
    }
    if (lowest.get(module) !== numbers.get(module)) return;
    const group = open.splice(open.indexOf(module));
    if (group.length > 1) found.push(group.sort());
  };
  for (const module of next.keys()) if (!numbers.has(module)) visit(module);
  return found;
}
