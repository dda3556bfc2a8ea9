/** Types of JMESPath values as jmespath.js numbers them; `$path()` gives this map. */
export const types = {
  number: 0,
  any: 1,
  string: 2,
  array: 3,
  object: 4,
  boolean: 5,
  expref: 6,
  null: 7,
  array_number: 8,
  array_string: 9,
} as const;

type TypeName = keyof typeof types;
const names: string[] = "number any string array object boolean expression null Array<number> Array<string>".split(" ");

/** A function of an expression: called with the list of its evaluated arguments. */
export interface PathFunction {
  _func: (this: any, args: any[]) => any;
  _signature: { types: readonly number[]; variadic?: boolean }[];
}

/**
 * @param signature types of the arguments: `"string number|null any..."`
 * @param call gets the arguments spread
 */
export function pathFunction(signature: string, call: (...args: any[]) => any): PathFunction {
  const argument = (text: string): PathFunction["_signature"][number] => {
    const variadic = text.endsWith("...");
    const given = variadic ? text.slice(0, -3) : text;
    return { types: given.split("|").map((name) => types[name as TypeName]), variadic };
  };
  return { _func: (args) => call(...args), _signature: signature.split(" ").filter(Boolean).map(argument) };
}

/** @throws Error when the number of arguments or the type of one is not what the function takes */
export function checkArguments(name: string, args: any[], signature: PathFunction["_signature"]): void {
  const count = signature.length;
  const noun = count === 1 ? "argument" : "arguments";
  if (signature.at(-1)?.variadic) {
    if (args.length < count)
      throw new Error(`ArgumentError: ${name}() takes at least ${count} ${noun} but received ${args.length}`);
  } else if (args.length !== count)
    throw new Error(`ArgumentError: ${name}() takes ${count} ${noun} but received ${args.length}`);
  for (const [index, { types: wanted }] of signature.entries()) {
    if (wanted.some((type) => matches(args[index], type))) continue;
    const expected = wanted.map((type) => names[type]).join(",");
    const actual = names[typeOf(args[index]) ?? types.any];
    throw new Error(
      `TypeError: ${name}() expected argument ${index + 1} to be type ${expected} but received type ${actual} instead.`,
    );
  }
}

/** Number of the type, undefined for what JMESPath has no word for (dates, functions). */
export function typeOf(value: any): number | undefined {
  switch (Object.prototype.toString.call(value)) {
    case "[object String]":
      return types.string;
    case "[object Number]":
      return types.number;
    case "[object Array]":
      return types.array;
    case "[object Boolean]":
      return types.boolean;
    case "[object Null]":
      return types.null;
    case "[object Object]":
      return value.jmespathType === "Expref" ? types.expref : types.object;
    default:
      return undefined;
  }
}

function matches(value: any, type: number): boolean {
  if (type === types.any) return true;
  const actual = typeOf(value);
  if (type !== types.array_number && type !== types.array_string) return actual === type;
  if (actual !== types.array) return false;
  const entry = type === types.array_number ? types.number : types.string;
  return value.every((member: unknown) => typeOf(member) === entry);
}
