import type { Node } from "acorn";

/** A node of the syntax tree, with the properties of its type. */
export type AnyNode = Node & Record<string, any>;

function isNode(value: unknown): value is AnyNode {
  return typeof (value as AnyNode | null)?.type === "string" && typeof (value as AnyNode).start === "number";
}

export function isFunction(node: AnyNode): boolean {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** The nodes right below one, names of members, keys and labels left out: they are no expressions. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const key of Object.keys(node)) {
    if (isJustName(node, key)) continue;
    const value = node[key];
    if (Array.isArray(value)) {
      for (const one of value) if (isNode(one)) children.push(one);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

function isJustName(node: AnyNode, key: string): boolean {
  switch (node.type) {
    case "MemberExpression":
      return key === "property" && !node.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return key === "key" && !node.computed;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return key === "label";
    case "MetaProperty":
      return true;
    default:
      return false;
  }
}

/** Names that a pattern binds, and the expressions inside of it (defaults, computed keys). */
export function patternOf(pattern: AnyNode | null): { names: string[]; inner: AnyNode[] } {
  const found: { names: string[]; inner: AnyNode[] } = { names: [], inner: [] };
  const visit = (node: AnyNode | null): void => {
    switch (node?.type) {
      case "Identifier":
        found.names.push(node.name);
        return;
      case "ObjectPattern":
        for (const property of node.properties) visit(property.type === "RestElement" ? property : property.value);
        return;
      case "ArrayPattern":
        for (const element of node.elements) visit(element);
        return;
      case "RestElement":
        return visit(node.argument);
      case "AssignmentPattern":
        found.inner.push(node.right);
        return visit(node.left);
      case undefined:
        return;
      default:
        found.inner.push(node!);
    }
  };
  visit(pattern);
  return found;
}
