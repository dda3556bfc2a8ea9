import { isArray, isMap, isNumber, isObject } from "../../../base/values/types.js";

/** Paths into objects as `$$` understands them: `a.b[0].'quoted.key'`. */
export type Step = string | number;

const known = new Map<string, Step[]>();
const MAX_KNOWN = 500;

/** The keys a path names; indexes (and any other numeric text outside quotes) as numbers. Parsed once per path. */
export function stepsOf(path: string): Step[] {
  let steps = known.get(path);
  if (steps === undefined) {
    steps = split(path.replace(/\[(\w+)\]/g, ".$1").replace(/^\./, "")).filter((step) => step !== "");
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(path, steps);
  }
  return steps;
}

function split(path: string): Step[] {
  const steps: Step[] = [];
  let word = "";
  let inQuotes = false;
  const bare = (): Step => (isNumber(word) ? Number(word) : word);
  for (const char of path) {
    if (char === "." && !inQuotes) {
      steps.push(bare());
      word = "";
    } else if (char === "'") {
      inQuotes = !inQuotes;
      if (!inQuotes) {
        steps.push(word);
        word = "";
      }
    } else word += char;
  }
  if (word !== "") steps.push(inQuotes ? word : bare());
  return steps;
}

/**
 * The value at `path`; undefined when a step is missing or `owner` is no object.
 * @throws TypeError when the path leads through a text, number or null
 */
export function getPath(owner: any, path: string): any {
  if (!isObject(owner)) return undefined;
  let at: any = owner;
  for (const step of stepsOf(path)) {
    if (!(step in at)) return undefined;
    at = at[step];
  }
  return at;
}

/** The same ignoring the case of map keys. */
export function getPathIgnoringCase(owner: any, path: string): any {
  if (!isObject(owner)) return undefined;
  let at: any = owner;
  for (const step of stepsOf(path)) {
    if (isMap(at)) {
      const wanted = String(step).toUpperCase();
      const key = Object.keys(at).findLast((name) => name.toUpperCase() === wanted);
      if (key === undefined) return undefined;
      at = at[key];
    } else {
      if (!(step in at)) return undefined;
      at = at[step];
    }
  }
  return at;
}

/**
 * Sets the value at `path`, making missing steps: an array where a number and then a further step follow, else a map.
 * @returns the owner, undefined if it is no object
 */
export function setPath(owner: any, path: string, value: unknown): any {
  if (!isObject(owner)) return undefined;
  const steps = stepsOf(path);
  const last = steps.length - 1;
  let at: any = owner;
  for (const [index, step] of steps.entries()) {
    if (index === last) {
      needOwner(at, path, step);
      at[step] = value;
    } else {
      if (!(step in at)) at[step] = index + 1 < last && typeof steps[index + 1] === "number" ? [] : {};
      at = at[step];
    }
  }
  return owner;
}

/** Deletes the key at `path`. Indexes in it are not looked at: `l[0]` deletes all of `l`. Returns the owner. */
export function unsetPath(owner: any, path: string): any {
  if (!isObject(owner)) return undefined;
  const steps = stepsOf(path).filter((step) => typeof step === "string");
  const last = steps.pop();
  if (last === undefined) return owner;
  let at: any = owner;
  for (const step of steps) {
    if (!(step in at)) at[step] = {};
    at = at[step];
  }
  needOwner(at, path, last);
  delete at[last];
  return owner;
}

function needOwner(at: unknown, path: string, step: Step): void {
  if (!isObject(at)) throw new TypeError(`path "${path}": ${JSON.stringify(at)} cannot have a member ${step}`);
}

/** A value at `path` where `owner` is a map or array that has it, else the path itself as text. */
export function objOrStr(owner: unknown, path: string): unknown {
  if (!isMap(owner) && !isArray(owner)) return path;
  const value = getPath(owner, path);
  return value === undefined ? path : value;
}
