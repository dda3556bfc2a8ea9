/** Argument of the listener of js-yaml: the state of its loader at the begin and the end of a node. */
interface LoaderState {
  /** Offset into the text. */
  position: number;
  kind: string | null;
  result: unknown;
}

interface Node {
  from: number;
  result: unknown;
  kind: string | null;
  children: Node[];
}

/** Offsets of the members of a map, or of the entries of a list. */
type Members = Map<string, { key: number; value: number }> | (number | undefined)[];

/** Position of a value in its file; 1-based. */
export interface Position {
  line: number;
  column: number;
  /** For a text: begin of its content, and whether its lines are those of the file (then all begin at that column). */
  text: { line: number; isVerbatim: boolean; column: number };
}

/**
 * Positions of the values of a YAML document. A value is identified by the map or list that holds it and its key there,
 * so that a value repeated by an alias has the position of its anchor.
 */
export class Positions {
  private readonly open: Node[] = [];
  /** Begin of the node of an anchor. */
  private readonly anchors = new Map<string, number>();
  private readonly offsets = new Map<object, Members>();
  private ends: number[] | undefined;

  constructor(private readonly text: string) {}

  /** For `listener` of js-yaml. */
  readonly listener = (event: string, state: LoaderState): void => {
    if (event === "open") {
      this.open.push({ from: state.position, kind: null, result: undefined, children: [] });
      return;
    }
    const node = this.open.pop()!;
    node.kind = state.kind;
    node.result = state.result;
    this.open.at(-1)?.children.push(node);
    if (typeof node.result === "object" && node.result !== null) this.note(node, node.result);
    node.children = [];
  };

  /** Position of the value `owner[key]`; undefined when it is not known. */
  of(owner: object, key: string | number): Position | undefined {
    const offset = this.offsetOf(owner, key);
    return offset === undefined ? undefined : this.positionAt(offset, (owner as Record<string | number, unknown>)[key]);
  }

  /** Is the value `owner[key]` written there, not by an alias or a merge? */
  isWrittenAt(owner: object, key: string | number): boolean {
    const offset = this.offsetOf(owner, key);
    return offset !== undefined && this.text[this.afterProperties(offset)] !== "*";
  }

  /** Position of the key itself. */
  ofKey(owner: object, key: string): Position | undefined {
    const members = this.offsets.get(owner);
    const found = members instanceof Map ? members.get(key) : undefined;
    return found && this.positionAt(found.key, key);
  }

  private offsetOf(owner: object, key: string | number): number | undefined {
    const members = this.offsets.get(owner);
    return members instanceof Map ? members.get(String(key))?.value : members?.[Number(key)];
  }

  private note({ kind, children }: Node, owner: object): void {
    if (this.offsets.has(owner)) return;
    if (kind === "sequence") this.offsets.set(owner, offsetsOfEntries(owner as unknown[], children));
    if (kind !== "mapping") return;
    const members = new Map<string, { key: number; value: number }>();
    this.offsets.set(owner, members);
    // Keys and values come one after the other; a key without a value may have none.
    const map = owner as Record<string, unknown>;
    for (let index = 0; index < children.length; index++) {
      const { from, result } = children[index]!;
      const name = String(result);
      const value = children[index + 1];
      if (value !== undefined && (name === "<<" || Object.is(map[name], value.result))) {
        members.set(name, { key: from, value: value.from });
        index++;
      } else members.set(name, { key: from, value: from });
    }
  }

  private positionAt(offset: number, value: unknown): Position {
    const begin = this.beginOf(offset);
    const { line, column } = this.lineAt(begin);
    const sign = this.text[begin];
    const isQuoted = sign === '"' || sign === "'";
    const isBlock = typeof value === "string" && (sign === "|" || sign === ">");
    if (isBlock)
      return {
        line,
        column,
        text: { line: line + 1, column: this.indentOf(line, value) + 1, isVerbatim: sign === "|" },
      };
    const isVerbatim = typeof value !== "string" || !value.includes("\n");
    return { line, column, text: { line, column: column + (isQuoted ? 1 : 0), isVerbatim } };
  }

  /**
   * Offset at which the content of a node begins: after blanks, comments, tags and anchors; an alias stands for its
   * anchor.
   */
  private beginOf(from: number): number {
    const at = this.afterProperties(from);
    const alias = /^\*([^\s,[\]{}]+)/.exec(this.text.slice(at, at + 200));
    const anchor = alias === null ? undefined : (this.anchors.get(alias[1]!) ?? this.anchorAt(alias[1]!));
    return anchor === undefined ? at : this.beginOf(anchor);
  }

  private afterProperties(from: number): number {
    for (let at = from; ; ) {
      const rest = /^(?:[\s,?]+|-(?=\s)|:(?=\s)|#[^\n]*|![^\s]*|&([^\s,[\]{}]+))/.exec(this.text.slice(at, at + 400));
      if (rest === null) return at;
      at += rest[0].length;
      if (rest[1] !== undefined) this.anchors.set(rest[1], at);
    }
  }

  private anchorAt(name: string): number | undefined {
    for (const found of this.text.matchAll(/&([^\s,[\]{}]+)/g))
      if (found[1] === name) return found.index + found[0].length;
    return undefined;
  }

  /** Indentation of the lines of a block text whose head is on a line. */
  private indentOf(head: number, value: string): number {
    const lines = value.split("\n");
    const index = Math.max(
      0,
      lines.findIndex((line) => line.trim() !== ""),
    );
    const raw = this.text.split("\n", head + index + 1)[head + index] ?? "";
    return Math.max(0, raw.indexOf(lines[index]!));
  }

  private lineAt(offset: number): { line: number; column: number } {
    this.ends ??= [...this.text.matchAll(/\n/g)].map(({ index }) => index);
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return { line: low + 1, column: offset - (low === 0 ? -1 : this.ends[low - 1]!) };
  }
}

/** An empty entry of a list has no node. */
function offsetsOfEntries(list: readonly unknown[], nodes: readonly Node[]): (number | undefined)[] {
  let next = 0;
  return list.map((entry) => {
    const node = nodes[next];
    if (node === undefined || !Object.is(node.result, entry)) return undefined;
    next++;
    return node.from;
  });
}
