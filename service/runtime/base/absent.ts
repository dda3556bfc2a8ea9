const stubs = new WeakSet<object>();

/** Stands for a function OpenAF has and this engine has not: it can be passed around, and says so when called. */
export function absent(path: string): unknown {
  const stub = function absentFunction() {
    throw new Error(`${path} is not available in the embedded engine`);
  };
  stubs.add(stub);
  return stub;
}

/** Does a value stand for something this engine has not? */
export function isAbsent(value: unknown): boolean {
  return typeof value === "function" && stubs.has(value);
}
