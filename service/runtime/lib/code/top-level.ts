import { type ClassDeclaration, parse, type VariableDeclaration } from "acorn";

/**
 * Makes the names a script declares at its top level visible to everyone, as the JavaScript of OpenAF does: there
 * `const` and `let` make globals like `var`, and loading a file twice is no error. Lines and columns stay as they are,
 * except on lines where a class is declared.
 */
export function publishDeclarations(source: string): string {
  if (!/\b(?:const|let|class)\b/.test(source)) return source;
  let declarations: (VariableDeclaration | ClassDeclaration)[];
  try {
    const options = {
      ecmaVersion: "latest",
      sourceType: "script",
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    } as const;
    declarations = parse(source, options).body.filter(isDeclaration);
  } catch {
    return source; // running it gives the better error
  }
  let text = "";
  let from = 0;
  for (const declaration of declarations) {
    const keyword = declaration.type === "ClassDeclaration" ? undefined : declaration.kind;
    if (keyword === "var") continue;
    text += source.slice(from, declaration.start);
    if (keyword === undefined) {
      const name = (declaration as ClassDeclaration).id.name;
      text += `var ${name} = ${source.slice(declaration.start, declaration.end)};`;
      from = declaration.end;
    } else {
      text += "var".padEnd(keyword.length);
      from = declaration.start + keyword.length;
    }
  }
  return text + source.slice(from);
}

function isDeclaration(node: { type: string }): node is VariableDeclaration | ClassDeclaration {
  return node.type === "VariableDeclaration" || node.type === "ClassDeclaration";
}
