/** The key and value store of a run: `$set`, `$get`, `$unset`. The engine keeps the result of the last job under `res`. */
export const store = new Map<string, any>();

/** The value kept under `key`, undefined when there is none. */
export function $get(key: unknown): any {
  return store.get(keyOf(key));
}

/** Keeps `value` under `key`. */
export function $set(key: unknown, value: unknown): void {
  const name = keyOf(key);
  if (value === undefined) throw "aV not defined or assigned";
  store.set(name, value);
}

/** Forgets what is kept under `key`. */
export function $unset(key: unknown): void {
  store.delete(keyOf(key));
}

function keyOf(key: unknown): string {
  if (key === undefined) throw "aK not defined or assigned";
  if (typeof key !== "string") throw "aK is not a string";
  return key;
}
