import { movedFormula, type Place } from "./references.js";
import { attribute, childrenOf, element, setAttribute, textIn, type XmlDocument, type XmlNode } from "./xml.js";

/** A cell of a sheet with where it is. */
export interface PlacedCell extends Place {
  node: XmlNode;
}

/** The formulas of a sheet, those too that are written in one cell for several. */
export class Formulas {
  private readonly shared = new Map<string, Place & { formula: string }>();

  /** @param cells all cells of the sheet, in their order */
  constructor(private readonly cells: readonly PlacedCell[]) {
    for (const { node, row, column } of cells) {
      const formula = element(node, "f");
      if (formula === undefined || attribute(formula, "t") !== "shared" || attribute(formula, "ref") === undefined)
        continue;
      this.shared.set(attribute(formula, "si") ?? "", { row, column, formula: textIn(formula)! });
    }
  }

  /** The formula of a cell; undefined when it has none. */
  of({ node, row, column }: PlacedCell): string | undefined {
    const formula = element(node, "f");
    if (formula === undefined) return undefined;
    const text = textIn(formula)!;
    if (text !== "" || attribute(formula, "t") !== "shared") return text || undefined;
    const first = this.shared.get(attribute(formula, "si") ?? "");
    return first && movedFormula(first.formula, first, { row, column });
  }

  /** Writes each shared formula into its own cell: the one that has it for all may be about to go. */
  separate(document: XmlDocument): void {
    if (this.shared.size === 0) return;
    const own = this.cells.map((cell) => this.of(cell));
    for (const [at, { node }] of this.cells.entries()) {
      const formula = element(node, "f");
      if (formula === undefined || attribute(formula, "t") !== "shared") continue;
      for (const name of ["t", "si", "ref"]) setAttribute(formula, name, undefined);
      childrenOf(formula).splice(0, Infinity, ...childrenOf(document.make("f", {}, [own[at] ?? ""])));
    }
  }
}
