/** Texts of the form `[section]` and `name=value`. */

type Section = Record<string, any>;

/** Values that look like numbers and booleans become such; `[a.b]` is a map in a map, `[.b]` one below the section before. */
export function readIni(text: string): Section {
  const root: Section = {};
  let section = root;
  let path = "";
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    if (line === "" || line.startsWith(";") || line.startsWith("#")) continue;
    const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
    if (name !== undefined) {
      path = name.startsWith(".") ? path + name : name;
      section = path.split(".").reduce((owner, part) => (owner[part] ??= {}) as Section, root);
      continue;
    }
    const [, key = line, value = ""] = /^([^\s=:]+)\s*[=:\s]\s*(.*)$/.exec(line) ?? [];
    section[key] = parseValue(value);
  }
  return root;
}

function parseValue(text: string): unknown {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
