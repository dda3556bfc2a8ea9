/** Cells and ranges by their names (`B2`, `A1:C3`), and what formulas say about them. */

export interface Place {
  row: number;
  column: number;
}

export interface Range {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

const LAST_COLUMN = 16_384;
/** Possible reference in a formula: the sheet, the name, and the bracket of a function. */
const CANDIDATE = /(([a-z_\-0-9]*)!)?([a-z0-9_$]{2,})([(])?/gi;

export function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number;
}

function columnLetters(number: number): string {
  let letters = "";
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

export function nameOfPlace({ row, column }: Place): string {
  return `${columnLetters(column)}${row}`;
}

/** Undefined for what is no name of a cell. */
export function placeOf(name: string): Place | undefined {
  const [, letters, digits] = /^\$?([a-z]{1,3})\$?([1-9]\d*)$/i.exec(name) ?? [];
  return letters === undefined ? undefined : { row: Number(digits), column: columnNumber(letters) };
}

/** Undefined for what is no range. */
export function rangeOf(name: string): Range | undefined {
  const [first, last] = name.split(":").map(placeOf);
  if (first === undefined || (last === undefined && name.includes(":"))) return undefined;
  const { row, column } = last ?? first;
  return {
    top: Math.min(first.row, row),
    left: Math.min(first.column, column),
    bottom: Math.max(first.row, row),
    right: Math.max(first.column, column),
  };
}

export function isWithin({ row, column }: Place, { top, left, bottom, right }: Range): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** A formula that several cells share, as it is in another of them: references that are not fixed move with the cell. */
export function movedFormula(formula: string, from: Place, to: Place): string {
  return formula.replace(CANDIDATE, (all, sheet: string | undefined, _name, reference: string, isFunction) => {
    const [, fixedColumn, letters, fixedRow, digits] = /^(\$)?([a-z]{1,3})(\$)?([1-9]\d*)$/i.exec(reference) ?? [];
    if (isFunction || letters === undefined || columnNumber(letters) > LAST_COLUMN) return all;
    const column = columnNumber(letters) + (fixedColumn ? 0 : to.column - from.column);
    const row = Number(digits) + (fixedRow ? 0 : to.row - from.row);
    return `${sheet ?? ""}${fixedColumn ?? ""}${columnLetters(column)}${fixedRow ?? ""}${row}`;
  });
}
