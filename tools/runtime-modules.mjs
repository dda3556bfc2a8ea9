/**
 * Rewrites modules that esbuild has made, so that hundreds of them cost next to nothing in each environment. What is looked
 * for is found in the syntax tree; a shape of esbuild's output that is not known is an error of the build.
 */
import { parse } from "acorn";
import esbuild from "esbuild";

/** Turns a module into CommonJS whose imports are evaluated at first use, where they are used. */
export function lazyCjs(source, file) {
  const { code } = esbuild.transformSync(source, { loader: "ts", format: "cjs", target: "node20", sourcefile: file });
  const { body } = parse(code, { ecmaVersion: "latest", sourceType: "script" });
  const edits = importEdits(code, body, file);
  const text = (start, end) => edited(code, edits, start, end);
  return plainExports({ code, body, text, file }) ?? text(0, code.length);
}

/** `var x = require(…)` becomes `var x`, and each use of `x` evaluates the module before. */
function importEdits(code, body, file) {
  const values = new Map();
  const edits = [];
  for (const statement of body) {
    if (statement.type !== "VariableDeclaration") continue;
    const [{ id, init }, ...others] = statement.declarations;
    const isImport = statement.kind === "var" && isCall(init, "require", "__toESM");
    if (!isImport && !id.name?.startsWith("import_")) continue;
    if (!isImport || others.length > 0)
      throw new Error(`${file}: not the form of an import that esbuild is known to make: ${id.name}`);
    values.set(id.name, code.slice(init.start, init.end));
    edits.push({ start: id.end, end: init.end, text: "" });
  }
  for (const statement of body) {
    if (statement.declarations?.some(({ id }) => values.has(id.name))) continue;
    visit(statement, (node) => {
      if (node.type !== "Identifier" || !values.has(node.name)) return;
      edits.push({ start: node.start, end: node.end, text: `(${node.name} ??= ${values.get(node.name)})` });
    });
  }
  return edits.sort((a, b) => a.start - b.start);
}

/**
 * Replaces esbuild's form of exports (helpers in every module, a getter for every name) by an assignment: hundreds of
 * modules are evaluated per environment. Functions are exported first, so that modules may use each other's while they
 * are evaluated; a variable that changes (`export let`) keeps its getter.
 * @returns undefined when the module exports nothing
 */
function plainExports({ code, body, text, file }) {
  if (body.some((statement) => isCall(statement.expression, "__reExport")))
    throw new Error(`${file}: \`export *\` is not supported in the runtime: name what is exported`);
  const at = body.findIndex(({ expression }) => isCall(expression, "__export"));
  const end = body.findIndex(({ expression }) => isCall(expression?.right, "__toCommonJS"));
  if (at < 0 && end < 0) return undefined;
  const names = body[at]?.expression.arguments[1];
  if (end !== at + 1 || names?.type !== "ObjectExpression")
    throw new Error(`${file}: not the form of exports that esbuild is known to make`);

  const own = body.slice(end + 1);
  const functions = new Set(own.filter(({ type }) => type === "FunctionDeclaration").map(({ id }) => id.name));
  const variables = own.filter(({ kind }) => kind === "let").flatMap(({ declarations }) => declarations);
  const changing = new Set(variables.map(({ id }) => id.name));
  const first = [];
  const last = [];
  for (const { key, value } of names.properties) {
    const { body: result } = value;
    const name = code.slice(key.start, key.end);
    const local = text(result.start, result.end);
    if (functions.has(result.name)) first.push(`${name}: ${local}`);
    else if (result.type === "Identifier" && !changing.has(result.name))
      last.push(`exports[${JSON.stringify(key.name ?? key.value)}] = ${local};`);
    else first.push(`get ${name}() { return ${local}; }`);
  }
  // Without a prototype an object is a dictionary: a shape would have to be built up anew in every environment.
  const scope = own.flatMap(({ declarations = [] }) => declarations).find(({ id }) => id.name === "scope")?.init;
  const rest =
    scope?.type === "ObjectExpression"
      ? `${text(body[end].end, scope.start + 1)} __proto__: null,${text(scope.start + 1, code.length)}`
      : text(body[end].end, code.length);
  const helpers = rest.includes("__toESM(") ? code.slice(0, body[at].start) : "";
  return `${helpers}exports = module.exports = { __proto__: null, ${first.join(", ")} };${rest}\n${last.join("\n")}\n`;
}

/**
 * Makes a plain function of each module wrapper of a bundle: an unused one then costs one closure per environment. The body
 * of an own module becomes that of the function; a module of a package may rely on a function of its own (`this`, `return`).
 */
export function lightWrappers(text) {
  const [outer] = parse(text, { ecmaVersion: "latest", sourceType: "script" }).body.slice(-1);
  const modules = outer?.declarations?.[0]?.init?.callee?.body?.body;
  if (modules === undefined) throw new Error("not the form of a bundle that esbuild is known to make");
  const edits = [];
  for (const statement of modules) {
    const { id, init } = statement.declarations?.[0] ?? {};
    if (!isCall(init, "__commonJS")) continue;
    const [property, ...others] = init.arguments[0].properties;
    if (statement.declarations.length > 1 || others.length > 0 || property.value.type !== "FunctionExpression")
      throw new Error(`not the form of a module that esbuild is known to make: ${id.name}`);
    const { params, body } = property.value;
    const [exports = "exports", module = "module"] = params.map(({ name }) => name);
    const { name } = id;
    const lines = [
      `var ${name}$; function ${name}() { if (${name}$ !== undefined) return ${name}$.exports;`,
      `  var ${module} = ${name}$ = { exports: {} }, ${exports} = ${module}.exports;`,
    ];
    const inner = text.slice(body.start + 1, body.end - 1);
    if (property.key.value.startsWith("runtime:"))
      lines.push(`${inner.slice(1).trimEnd()}`, `  return ${module}.exports; }`);
    else
      lines.push(
        `(function (${exports}, ${module}) {${inner}}`,
        `  )(${exports}, ${module}); return ${module}.exports; }`,
      );
    edits.push({ start: statement.start, end: statement.end, text: lines.join("\n") });
  }
  if (edits.length === 0) throw new Error("a bundle without modules");
  return edited(text, edits, 0, text.length);
}

/** Is it a call of a function of that name, or of one of the others with such a call as its argument? */
function isCall(node, name, ...around) {
  if (node?.type !== "CallExpression") return false;
  return node.callee.name === name || (around.includes(node.callee.name) && isCall(node.arguments[0], name));
}

/** Part of a text with its edits, which are in the order of the text and do not overlap. */
function edited(text, edits, start, end) {
  let result = "";
  let from = start;
  for (const edit of edits) {
    if (edit.start < start || edit.end > end) continue;
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from, end);
}

/** Visits all nodes below one, names of members and of properties aside. */
function visit(node, found) {
  found(node);
  for (const [key, value] of Object.entries(node)) {
    const isName =
      (key === "property" && node.type === "MemberExpression" && !node.computed) || (key === "key" && !node.computed);
    if (isName) continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child?.type === "string") visit(child, found);
  }
}
