import type { Mutant } from "./mutants.js";

/**
 * The module with all of its mutants in it; `globalThis.mutant(ID)` activates at most one of them. The module is compiled
 * once, and records which mutants a test reaches.
 */
export function instrument(text: string, mutants: readonly Mutant[]): string {
  // Outer places come first; the mutants of one place stay together.
  const places = new Map<string, Mutant[]>();
  for (const mutant of mutants) {
    const key = `${mutant.start} ${mutant.end} ${mutant.isStatement}`;
    places.set(key, [...(places.get(key) ?? []), mutant]);
  }
  const order = [...places.values()].sort(([a], [b]) => a!.start - b!.start || b!.end - a!.end || rank(a!) - rank(b!));
  let next = 0;
  const write = (start: number, end: number): string => {
    let out = "";
    let at = start;
    while (next < order.length && order[next]![0]!.end <= end) {
      const place = order[next++]!;
      const [{ start: from, end: to }] = place as [Mutant];
      out += text.slice(at, from) + choice(place, write(from, to));
      at = to;
    }
    return out + text.slice(at, end);
  };
  return write(0, text.length);
}

/** The order of two mutants of the same range: a statement encloses the expression that it consists of. */
function rank({ isStatement }: Mutant): number {
  return isStatement ? 0 : 1;
}

function choice(place: readonly Mutant[], original: string): string {
  const asks = ({ id }: Mutant): string => `globalThis.mutant(${JSON.stringify(id)})`;
  if (place[0]!.isStatement) return `{ if (!${asks(place[0]!)}) { ${original} } }`;
  return `(${place.map((mutant) => `${asks(mutant)} ? (${mutant.replacement}) : `).join("")}(${original}))`;
}
