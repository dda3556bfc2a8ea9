/** Columns of spreadsheets: `A` is 1, `AF` 32. */

export function columnNumber(name: unknown): number {
  if (typeof name === "number") return Math.trunc(name);
  const text = String(name).toUpperCase();
  if (/^\d+$/.test(text)) return Number(text);
  let number = 0;
  for (const letter of text) number = number * 26 + letter.charCodeAt(0) - 64;
  return number;
}

export function columnName(number: number): string {
  let name = "";
  for (let left = Math.trunc(number); left > 0; left = Math.floor((left - 1) / 26))
    name = String.fromCharCode(65 + ((left - 1) % 26)) + name;
  return name;
}
