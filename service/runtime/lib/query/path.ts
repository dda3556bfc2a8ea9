import { compile, type Node } from "jmespath";
import { jobScope } from "../../base/job-scope.js";
import { check } from "../maps/sigil.js";
import { dataFunctions } from "./path/data-functions.js";
import { createInterpreter } from "./path/interpret.js";
import { runFunctions } from "./path/run-functions.js";
import { checkArguments, type PathFunction, types } from "./path/signature.js";
import { standardFunctions } from "./path/standard.js";
import { textFunctions } from "./path/text-functions.js";
import { unitFunctions } from "./path/unit-functions.js";

type Functions = Record<string, PathFunction>;

const parsed = new Map<string, Node>();
const MAX_PARSED = 500;

/**
 * The value of a JMESPath expression in `value`; `null` if it is missing.
 * @param functions own functions `{ name: { _func: args => …, _signature: [{ types: [$path().number] }] } }`
 * @returns without a value: the map of type names for signatures
 * @throws Error for wrong syntax, unknown functions, wrong number or type of arguments
 */
export function path(value?: any, expression?: string, functions?: Functions): any {
  const text: string = check(expression, "aPath").isString().default("@");
  const own: Functions = check(functions, "customFunctions").isMap().default({});
  return value === undefined ? types : search(value, text, { ...jobScope.__flags?.PATH_CFN, ...own });
}

function search(root: any, text: string, own: Functions): any {
  const context: any = {};
  const interpreter = createInterpreter((name, args) => {
    const found = lookUp(name);
    if (found === undefined) throw new Error(`Unknown function: ${name}()`);
    checkArguments(name, args, found._signature);
    return found._func.call(context, args);
  });
  context._interpreter = interpreter;
  let standard: Functions | undefined;
  let run: Functions | undefined;
  const lookUp = (name: string): PathFunction | undefined =>
    ownOf(own, name) ??
    ownOf(textFunctions, name) ??
    ownOf(dataFunctions, name) ??
    ownOf(unitFunctions, name) ??
    ownOf((standard ??= standardFunctions(interpreter)), name) ??
    ownOf((run ??= runFunctions(root, (value, expression) => search(value, expression, own))), name);
  return interpreter.visit(parse(text), root);
}

function ownOf(functions: Functions, name: string): PathFunction | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

function parse(text: string): Node {
  let node = parsed.get(text);
  if (node === undefined) {
    node = compile(text);
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(text, node);
  }
  return node;
}
