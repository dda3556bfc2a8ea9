import { type AnyNode, childrenOf, isFunction, patternOf } from "./syntax-nodes.js";

/**
 * Names that a function (or program) declares in its own lines, in any block: for finding undeclared names, blocks make
 * no difference.
 */
export function declaredIn(owner: AnyNode): Set<string> {
  const names = new Set<string>();
  if (isFunction(owner)) {
    if (owner.type !== "ArrowFunctionExpression") names.add("arguments");
    if (owner.id) names.add(owner.id.name);
    for (const parameter of owner.params) for (const name of patternOf(parameter).names) names.add(name);
  }
  const visit = (node: AnyNode): void => {
    switch (node.type) {
      case "VariableDeclarator":
        for (const name of patternOf(node.id).names) names.add(name);
        break;
      case "FunctionDeclaration":
        names.add(node.id.name);
        return;
      case "ClassDeclaration":
        names.add(node.id.name);
        break;
      case "ClassExpression":
        if (node.id) names.add(node.id.name);
        break;
      case "CatchClause":
        for (const name of patternOf(node.param).names) names.add(name);
        break;
      default:
        if (isFunction(node)) return;
    }
    for (const child of childrenOf(node)) visit(child);
  };
  for (const part of isFunction(owner) ? [owner.body] : owner.body) visit(part);
  return names;
}
