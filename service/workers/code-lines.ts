/** Argument of the listener of js-yaml: the state of its loader at the begin and the end of a node. */
interface LoaderState {
  /** Offset into the text. */
  position: number;
  kind: string | null;
  result: unknown;
}

interface Node {
  from: number;
  kind: string | null;
  result: unknown;
  children: Node[];
}

/** Keys whose texts are code, whatever their length. */
const codeKeys = new Set(["exec", "catch", "onerror", "onSuccess", "onFail"]);

/** Notes, while js-yaml reads a text, the lines at which texts with code begin. */
export class LineFinder {
  private root: Node | undefined;
  private readonly open: Node[] = [];
  /** Begin of the node of an anchor. */
  private readonly anchors = new Map<string, number>();
  private readonly found: Record<string, number> = {};
  /** Offsets of the line ends. */
  private readonly ends: number[] = [];

  constructor(private readonly text: string) {}

  readonly listener = (event: string, state: LoaderState): void => {
    if (event === "open") {
      this.open.push({ from: state.position, kind: null, result: undefined, children: [] });
      return;
    }
    const node = this.open.pop()!;
    node.kind = state.kind;
    node.result = state.result;
    const parent = this.open.at(-1);
    if (parent === undefined) this.root = node;
    else parent.children.push(node);
  };

  /** JSON pointer → 1-based line the text begins at; negative where its lines are not those of the file. */
  lines(): Record<string, number> {
    for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) this.ends.push(at);
    if (this.root !== undefined) this.walk(this.root, "", "");
    return this.found;
  }

  private walk(node: Node, pointer: string, key: string): void {
    if (typeof node.result === "string") {
      const begin = this.beginOf(node.from);
      if (codeKeys.has(key) || node.result.includes("\n")) this.found[pointer] = this.lineOf(begin, node.result);
      return;
    }
    if (node.kind === "sequence")
      for (const [index, child] of node.children.entries()) this.walk(child, `${pointer}/${index}`, "");
    if (node.kind === "mapping") this.walkMap(node, pointer);
  }

  /** Keys and values of a map come as nodes one after the other; a key without a value has none. */
  private walkMap(node: Node, pointer: string): void {
    const map = node.result as Record<string, unknown>;
    for (let index = 0; index < node.children.length; index++) {
      const name = String(node.children[index]!.result);
      const value = node.children[index + 1];
      if (value === undefined) return;
      if (map[name] !== value.result && name !== "<<") continue;
      index++;
      this.walk(value, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, name);
    }
  }

  /**
   * Offset at which the content of a node begins: after blanks, comments, tags and anchors; an alias stands for its
   * anchor.
   */
  private beginOf(from: number): number {
    let at = from;
    for (;;) {
      const rest = /^(?:\s+|#[^\n]*|![^\s]*|&([^\s,[\]{}]+))/.exec(this.text.slice(at, at + 400));
      if (rest === null) break;
      at += rest[0].length;
      if (rest[1] !== undefined) this.anchors.set(rest[1], at);
    }
    const alias = /^\*([^\s,[\]{}]+)/.exec(this.text.slice(at, at + 200));
    const anchor = alias === null ? undefined : this.anchors.get(alias[1]!);
    return anchor === undefined ? at : this.beginOf(anchor);
  }

  private lineOf(begin: number, value: string): number {
    const line = this.lineAt(begin);
    const sign = this.text[begin];
    if (sign === "|") return line + 1;
    if (sign === ">") return -(line + 1);
    return value.includes("\n") ? -line : line;
  }

  private lineAt(offset: number): number {
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}
