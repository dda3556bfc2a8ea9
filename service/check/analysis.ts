import { chainOf, isChain, type Step } from "./chains.js";
import { declaredIn } from "./declarations.js";
import { parseCode, type SyntaxProblem } from "./syntax.js";
import { type AnyNode, childrenOf, isFunction, patternOf } from "./syntax-nodes.js";

/** A name of the scope that code uses. */
export interface Use {
  /** Dotted: `ow.format.round`; `$from().select` for a member of a call's value. */
  name: string;
  offset: number;
  /** Is it called, or a member of it read? Then it has to exist. */
  isNeeded: boolean;
  /** Is only its existence tested (`typeof x`, `isDef(x)`)? */
  isTest: boolean;
}

/** Names that a piece of code declares and needs. */
export interface Analysis {
  problem?: SyntaxProblem;
  /** Names it declares, sets without declaring, or puts on the global object. */
  declared: Set<string>;
  uses: Use[];
  /** Scripts it loads, packages and plugins it requires, by name. */
  calls: { fn: "load" | "pack" | "plugin"; name: string; offset: number }[];
  /** Does it load code whose name is known only at run time? */
  loadsUnknown: boolean;
}

/** Functions that return objects whose members are known (see runtime/inspect/names.ts). */
const makers = new Set(["_$", "$from", "$ch", "$sh", "$rest"]);
const tests = new Set(["isDef", "isUnDef", "isUndef"]);
const asking = new Map<string, "load" | "pack" | "plugin">([
  ...["load", "loadLib", "loadCompiled", "loadCompiledLib", "af.load"].map((name) => [name, "load"] as const),
  ["includeOPack", "pack"],
  ...["plugin", "af.plugin"].map((name) => [name, "plugin"] as const),
]);
/** Members of lists, texts, numbers and maps. */
const plainMembers = new Set(
  [Array, String, Number, Object, Map, Date].flatMap((made) => Object.getOwnPropertyNames(made.prototype)),
);

/** Analyses the code of a job (the body of a function). */
export function analyse(code: string): Analysis {
  const found: Analysis = { declared: new Set(), uses: [], calls: [], loadsUnknown: false };
  const { body, base, problem } = parseCode(code);
  if (body === undefined) return { ...found, problem };
  new Walk(found, base).start(body);
  return found;
}

class Walk {
  private readonly scopes: Set<string>[] = [];
  private withs = 0;

  /** @param base offset of the code in the text that was parsed */
  constructor(
    private readonly found: Analysis,
    private readonly base: number,
  ) {}

  start(body: AnyNode[]): void {
    const own = declaredIn({ type: "Program", body } as unknown as AnyNode);
    for (const name of own) this.found.declared.add(name);
    this.scopes.push(own);
    for (const node of body) this.visit(node);
  }

  private isDeclared(name: string): boolean {
    return this.scopes.some((scope) => scope.has(name));
  }

  private visit(node: AnyNode): void {
    if (isFunction(node)) return this.visitFunction(node);
    switch (node.type) {
      case "Identifier":
        return this.use(node, [], false);
      case "VariableDeclarator":
        return this.visitPattern(node.id, node.init);
      case "CatchClause":
        return this.visitPattern(node.param, node.body);
      case "AssignmentExpression":
        return this.visitAssignment(node);
      case "ForInStatement":
      case "ForOfStatement":
        this.assign(node.left);
        this.visit(node.right);
        return this.visit(node.body);
      case "UnaryExpression":
        if (node.operator !== "typeof" && node.operator !== "delete") break;
        return this.visitTest(node.argument);
      case "WithStatement":
        return this.visitWith(node);
    }
    if (isChain(node)) return this.visitChain(node);
    for (const child of childrenOf(node)) this.visit(child);
  }

  private visitFunction(node: AnyNode): void {
    this.scopes.push(declaredIn(node));
    for (const parameter of node.params) for (const inner of patternOf(parameter).inner) this.visit(inner);
    this.visit(node.body);
    this.scopes.pop();
  }

  private visitPattern(pattern: AnyNode | null, rest: AnyNode | null): void {
    for (const inner of patternOf(pattern).inner) this.visit(inner);
    if (rest !== null && rest !== undefined) this.visit(rest);
  }

  private visitAssignment(node: AnyNode): void {
    this.assign(node.left);
    this.visit(node.right);
  }

  /** An assigned name need not exist; the object of an assigned member has to. */
  private assign(target: AnyNode): void {
    if (target.type === "VariableDeclaration") return this.visit(target);
    const { names, inner } = patternOf(target);
    for (const name of names) if (!this.isDeclared(name)) this.found.declared.add(name);
    for (const node of inner) {
      if (node.type !== "MemberExpression") {
        this.visit(node);
        continue;
      }
      const { root, steps } = chainOf(node);
      const path = pathOf(root, steps);
      if (path !== undefined && isGlobalObject(root, path)) this.found.declared.add(path.split(".")[1]!);
      else if (path !== undefined && !this.isDeclared(path.split(".")[0]!)) this.found.declared.add(path);
      if (node.computed) this.visit(node.property);
      this.visit(node.object);
    }
  }

  /** `typeof x`: only a test. Of `x.y.z`, `x.y` has to exist. */
  private visitTest(node: AnyNode): void {
    if (node.type === "Identifier") return this.use(node, [], true);
    if (node.type !== "MemberExpression") return this.visit(node);
    const { root, steps, inner } = chainOf(node);
    for (const one of inner) this.visit(one);
    if (root.type === "Identifier") this.use(root, steps, true);
    else this.visit(root);
  }

  /** Inside of `with`, any name may be a member of its object. */
  private visitWith(node: AnyNode): void {
    this.visit(node.object);
    this.withs++;
    this.visit(node.body);
    this.withs--;
  }

  private visitChain(node: AnyNode): void {
    const { root, steps, inner } = chainOf(node);
    const name = root.type === "Identifier" ? root.name : undefined;
    if (name !== undefined && tests.has(name) && steps[0]?.kind === "call") {
      this.use(root, [steps[0]], false);
      for (const argument of inner) this.visitTest(argument);
      return;
    }
    for (const one of inner) this.visit(one);
    if (root.type !== "Identifier") return this.visit(root);
    this.use(root, steps, false);
    this.noteCall(root, steps, node);
  }

  /** A name from outside of the code, with the steps from it. */
  private use(root: AnyNode, steps: Step[], isTest: boolean): void {
    if (this.withs > 0 || this.isDeclared(root.name)) return;
    let name = root.name as string;
    let offset = root.start;
    let at = 0;
    // `global.x` is `x`.
    if ((name === "global" || name === "globalThis") && steps[0]?.kind === "member") {
      name = steps[0].name!;
      offset = steps[0].offset;
      at = 1;
    }
    for (; steps[at]?.kind === "member" && !steps[at]!.optional; at++) name += `.${steps[at]!.name}`;
    const next = steps[at];
    const isCalled = next?.kind === "call" || next?.kind === "new";
    // Reading a missing member of the global object is no failure.
    if (root.name !== name && !name.includes(".") && !isCalled) return;
    this.found.uses.push({
      name,
      offset: offset - this.base,
      isNeeded: isCalled,
      isTest: isTest || next?.optional === true,
    });
    if (next?.kind === "call" && makers.has(name)) this.useMembers(`${name}()`, steps.slice(at + 1));
  }

  /** Members called on a maker's value, as long as each call returns the same again. */
  private useMembers(maker: string, steps: Step[]): void {
    for (let at = 0; at < steps.length; at += 2) {
      const { name, kind, offset, optional } = steps[at]!;
      if (kind !== "member" || optional || steps[at + 1]?.kind !== "call") return;
      if (plainMembers.has(name!)) return;
      this.found.uses.push({ name: `${maker}.${name}`, offset: offset - this.base, isNeeded: true, isTest: false });
    }
  }

  private noteCall(root: AnyNode, steps: Step[], node: AnyNode): void {
    const call = steps.findIndex(({ kind }) => kind === "call");
    if (call < 0 || this.isDeclared(root.name)) return;
    const fn = asking.get(pathOf(root, steps.slice(0, call)) ?? "");
    if (fn === undefined) return;
    const argument = callNode(node, root)?.arguments[0] as AnyNode | undefined;
    if (argument?.type === "Literal" && typeof argument.value === "string")
      this.found.calls.push({ fn, name: argument.value, offset: argument.start - this.base });
    else if (fn === "load") this.found.loadsUnknown = true;
  }
}

function pathOf(root: AnyNode, steps: Step[]): string | undefined {
  const base = root.type === "Identifier" ? (root.name as string) : root.type === "ThisExpression" ? "this" : undefined;
  if (base === undefined || !steps.every(({ kind }) => kind === "member")) return undefined;
  return [base, ...steps.map(({ name }) => name!)].join(".");
}

function isGlobalObject(root: AnyNode, path: string): boolean {
  return (root.type === "ThisExpression" || /^global(?:This)?\./.test(path)) && path.split(".").length === 2;
}

/** The innermost call of a chain: the one right after its first names. */
function callNode(outermost: AnyNode, root: AnyNode): AnyNode | undefined {
  let found: AnyNode | undefined;
  for (let node = outermost; node !== root; node = node.object ?? node.callee ?? node.expression)
    if (node.type === "CallExpression") found = node;
  return found;
}
