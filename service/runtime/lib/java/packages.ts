import { globals } from "../../base/world.js";

/**
 * Small stand-ins for the Java classes job code reaches for. They can be called with and without `new`, as in OpenAF;
 * those that matter less are absent and say so.
 */

export type Class = abstract new (...args: any[]) => object;

/** Lets a class be constructed without `new`. */
export function java<T extends Class>(made: () => T): T {
  return new Proxy(function javaClass() {} as unknown as T, {
    construct: (_target, args) => Reflect.construct(made(), args),
    apply: (_target, _self, args) => Reflect.construct(made(), args),
    get: (_target, key) => (made() as any)[key],
    has: (_target, key) => key in made(),
    getPrototypeOf: () => Object.getPrototypeOf(made()),
  });
}

/** Any name below `Packages`: what is there, or something that says that it is not as soon as it is used. */
function packageAt(path: string, there: unknown): unknown {
  if (there !== undefined && typeof there !== "object") return there;
  const absent = (): never => {
    throw new Error(`${path} is not available in the embedded engine`);
  };
  return new Proxy(function javaPackage() {}, {
    get: (_target, key) =>
      typeof key === "symbol" ? undefined : packageAt(path === "" ? key : `${path}.${key}`, (there as any)?.[key]),
    apply: absent,
    construct: absent,
  });
}

/** `Packages`: all names there are, by their packages. */
export const packages = (): unknown => packageAt("", globals);
