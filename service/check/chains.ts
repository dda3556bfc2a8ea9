import type { AnyNode } from "./syntax-nodes.js";

/** A step from a value to the next: a member, or (without a name) a call. */
export interface Step {
  /** Undefined for a call, and for a member whose name is known only at run time. */
  name?: string;
  kind: "member" | "call" | "new" | "computed";
  /** Offset of the member's name. */
  offset: number;
  optional: boolean;
}

/** `ow.format.round(1).x`: its root, and the steps from there. */
export interface Chain {
  root: AnyNode;
  steps: Step[];
  /** Code inside of it that is no part of the chain: arguments, computed names. */
  inner: AnyNode[];
}

export function isChain(node: AnyNode): boolean {
  return node.type === "MemberExpression" || node.type === "CallExpression" || node.type === "NewExpression";
}

/** Takes a chain apart, from its outermost node. */
export function chainOf(outermost: AnyNode): Chain {
  const steps: Step[] = [];
  const inner: AnyNode[] = [];
  let node = outermost;
  for (;;) {
    if (node.type === "MemberExpression") {
      steps.push(memberStep(node));
      if (node.computed) inner.push(node.property);
      node = node.object;
    } else if (node.type === "CallExpression" || node.type === "NewExpression") {
      const kind = node.type === "NewExpression" ? "new" : "call";
      steps.push({ kind, offset: node.start, optional: node.optional === true });
      inner.push(...node.arguments);
      node = node.callee;
    } else if (node.type === "ChainExpression" || node.type === "ParenthesizedExpression") node = node.expression;
    else return { root: node, steps: steps.reverse(), inner };
  }
}

function memberStep({ property, computed, optional }: AnyNode): Step {
  const isKnown = !computed || (property.type === "Literal" && typeof property.value === "string");
  if (!isKnown || property.type === "PrivateIdentifier")
    return { kind: "computed", offset: property.start, optional: optional === true };
  const name: string = computed ? property.value : property.name;
  return { name, kind: "member", offset: property.start, optional: optional === true };
}
