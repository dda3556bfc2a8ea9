import { type ParserOptions, parse } from "@babel/parser";

/** A change of one place of a module that a test should notice. */
export interface Mutant {
  /** `FILE:LINE:COLUMN OPERATOR`, with a number where an operator has several changes for a place. */
  id: string;
  /** The mutation operator that made it. */
  operator: string;
  /** The place, as offsets in the text of the module. */
  start: number;
  end: number;
  /** The original text, and its replacement. */
  original: string;
  replacement: string;
  /** The place is a statement, not an expression. */
  isStatement: boolean;
}

interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

/** Larger numbers are times and sizes, whose last digit matters to nobody. They become 0 instead of one more and one less. */
const LARGEST_COUNT = 100;

const BINARY: Record<string, readonly string[]> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  ">>": ["<<"],
};
const LOGICAL: Record<string, string> = { "&&": "||", "||": "&&" };
const ASSIGNMENT: Record<string, string> = { "+=": "-=", "-=": "+=", "*=": "/=", "??=": "=" };
const METHODS = new Map([
  ["min", "max"],
  ["max", "min"],
  ["some", "every"],
  ["every", "some"],
  ["startsWith", "endsWith"],
  ["endsWith", "startsWith"],
  ["floor", "ceil"],
  ["ceil", "floor"],
]);
const PARSER: ParserOptions = {
  sourceType: "module",
  plugins: ["typescript", "estree"],
};
/** Fields of the syntax tree without code that is executed. */
const SKIPPED = new Set([
  "typeAnnotation",
  "returnType",
  "typeParameters",
  "typeArguments",
  "superTypeArguments",
  "superTypeParameters",
]);

/**
 * All mutants of a module, except those of log messages and types, which no test has to cover.
 * @param file path of the module for the ids
 * @throws Error when the text cannot be parsed
 */
export function mutantsOf(file: string, text: string): Mutant[] {
  const found: Mutant[] = [];
  const add = (operator: string, { start, end }: Node, replacement: string, isStatement = false): void => {
    const before = text.slice(0, start).split("\n");
    const place = `${file}:${before.length}:${before.at(-1)!.length + 1} ${operator}`;
    const same = found.filter(({ id }) => id === place || id.startsWith(`${place} `)).length;
    const id = same === 0 ? place : `${place} ${same + 1}`;
    found.push({ id, operator, start, end, original: text.slice(start, end), replacement, isStatement });
  };
  const source = (node: Node): string => text.slice(node.start, node.end);
  const visit = (node: Node): void => {
    if (isOfTypes(node) || isOfLog(node)) return;
    mutate(node, source, add);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parse(text, PARSER).program as unknown as Node);
  return found;
}

type Add = (operator: string, node: Node, replacement: string, isStatement?: boolean) => void;

function mutate(node: Node, source: (node: Node) => string, add: Add): void {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
    case "AssignmentExpression":
      return mutateOperator(node, source, add);
    case "UnaryExpression":
      if (node.operator === "!") add("negation", node, source(node.argument as Node));
      return;
    case "UpdateExpression":
      return add(
        "update",
        node,
        source(node).replace(/\+\+|--/, (sign) => (sign === "++" ? "--" : "++")),
      );
    case "Literal":
      return mutateLiteral(node, source, add);
    case "TemplateLiteral":
      return add("text", node, '""');
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
      return negate(node.test as Node, source, add);
    case "CallExpression":
      return mutateCall(node, source, add);
    case "ExpressionStatement":
      if (node.directive === undefined && !source(node).startsWith("super(")) add("removal", node, "", true);
      return;
    case "ReturnStatement":
    case "ThrowStatement":
    case "ContinueStatement":
    case "BreakStatement":
      return add("removal", node, "", true);
  }
}

function mutateOperator(node: Node, source: (node: Node) => string, add: Add): void {
  // Parentheses around them are not part of the node.
  const [left, right] = [source(node.left as Node), source(node.right as Node)];
  const operator = node.operator as string;
  if (node.type === "BinaryExpression") {
    for (const other of BINARY[operator] ?? []) add("comparison", node, `(${left}) ${other} (${right})`);
  } else if (node.type === "LogicalExpression") {
    if (operator === "??") add("default", node, left);
    else add("logic", node, `(${left}) ${LOGICAL[operator]} (${right})`);
  } else if (ASSIGNMENT[operator] !== undefined) {
    add("assignment", node, `${left} ${ASSIGNMENT[operator]} ${right}`);
  }
}

function mutateLiteral(node: Node, source: (node: Node) => string, add: Add): void {
  const { value } = node;
  if (typeof value === "boolean") add("boolean", node, String(!value));
  if (typeof value === "string") add("text", node, value === "" ? '"other"' : '""');
  if (typeof value !== "number") return;
  if (value > LARGEST_COUNT) return add("number", node, "0");
  add("number", node, String(value + 1));
  if (source(node) !== "0") add("number", node, `(${value - 1})`);
}

function mutateCall(node: Node, source: (node: Node) => string, add: Add): void {
  const callee = node.callee as Node;
  const property = callee.property as Node | undefined;
  const other =
    callee.type === "MemberExpression" && !callee.computed ? METHODS.get(String(property?.name)) : undefined;
  if (other === undefined) return;
  const text = source(node);
  const at = property!.start - node.start;
  add("method", node, `${text.slice(0, at)}${other}${text.slice(at + (property!.end - property!.start))}`);
}

/** Negates a condition, unless it has an operator that another mutation operator changes. */
function negate(test: Node, source: (node: Node) => string, add: Add): void {
  const isMutated = test.type === "LogicalExpression" || (test.type === "UnaryExpression" && test.operator === "!");
  if (isMutated || (test.type === "BinaryExpression" && BINARY[test.operator as string] !== undefined)) return;
  if (test.type !== "Literal") add("negation", test, `!(${source(test)})`);
}

function isOfTypes({ type, importKind, exportKind }: Node): boolean {
  if (importKind === "type" || exportKind === "type" || type.startsWith("Import")) return type !== "ImportExpression";
  if (type === "TSAsExpression" || type === "TSNonNullExpression" || type === "TSSatisfiesExpression") return false;
  return type.startsWith("TS") && type !== "TSParameterProperty";
}

/** `log.warn(…)` and the like. */
function isOfLog({ type, callee }: Node): boolean {
  if (type !== "CallExpression") return false;
  const { object, property } = callee as { object?: Node; property?: Node };
  if (!/^(?:debug|info|warn|error)$/.test(String(property?.name))) return false;
  return [object?.name, (object?.property as Node | undefined)?.name].includes("log");
}

function childrenOf(node: Node): Node[] {
  // Imported names and the names of members and fields are not values.
  const skipsKey = ["Property", "PropertyDefinition", "MethodDefinition"].includes(node.type) && !node.computed;
  return Object.entries(node).flatMap(([name, value]) => {
    // A tagged template belongs to its tag.
    if (name === "quasi" || SKIPPED.has(name) || (name === "key" && skipsKey)) return [];
    if (name === "source" && node.type.startsWith("Export")) return [];
    const all: unknown[] = Array.isArray(value) ? value : [value];
    return all.filter((one): one is Node => typeof (one as Node | null)?.type === "string");
  });
}
