/** Paths like `a.b[0].c` into args. */

const steps = new Map<string, (string | number)[]>();

/** Value of `map` at `path`; the whole map for an empty path. */
export function valueAt(map: any, path: string): any {
  if (path === "") return map;
  let at = map;
  for (const step of stepsOf(path)) {
    if (at === undefined || at === null) return undefined;
    at = at[step];
  }
  return at;
}

/** Sets `value` at `path`, making the maps on the way. */
export function setAt(map: any, path: string, value: any): void {
  const way = stepsOf(path);
  let at = map;
  for (const [index, step] of way.entries()) {
    if (index === way.length - 1) at[step] = value;
    else {
      if (typeof at[step] !== "object" || at[step] === null) at[step] = typeof way[index + 1] === "number" ? [] : {};
      at = at[step];
    }
  }
}

function stepsOf(path: string): (string | number)[] {
  let way = steps.get(path);
  if (way === undefined) {
    way = [];
    for (const part of path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]|([^.[\]]+)/g))
      way.push(part[1] !== undefined ? Number(part[1]) : (part[2] ?? part[3] ?? part[4]!));
    steps.set(path, way);
  }
  return way;
}
