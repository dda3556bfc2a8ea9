import { hashOrder } from "./hash-order.js";

/** The older CSV object (`new CSV()`, `toCSV(rows)`): `;` between values, every text in quotes, no escaping. */
export class SimpleCsv {
  private separator = ";";
  private quote = '"';
  private names: string[] = [];
  private areNumbers: boolean[] = [];
  private rows: Record<string, any>[] = [];

  constructor(text = "") {
    if (text !== "") this.fromCsv(text);
  }

  clear(): void {
    this.names = [];
    this.areNumbers = [];
    this.rows = [];
  }

  setSeparator(sign: string): void {
    this.separator = sign;
  }

  setStringDelimiter(sign: string): void {
    this.quote = sign;
  }

  /** Takes maps; without `names` the columns are those of the first row, in the order a Java hash map holds them. */
  toCsv(rows: any[], names?: string[]): void {
    this.clear();
    this.rows = rows;
    if (rows.length === 0) return;
    this.names = names ?? hashOrder(Object.keys(rows[0]));
    this.areNumbers = this.names.map((name) => typeof rows[0][name] === "number");
  }

  fromCsv(text: string): void {
    this.clear();
    const [head, ...lines] = text.split(/\r\n|\r|\n/);
    this.names = (head ?? "").split(this.separator);
    this.rows = lines.filter((line, index) => line !== "" || index < lines.length - 1).map((line) => this.rowOf(line));
  }

  private rowOf(line: string): Record<string, any> {
    const row: Record<string, any> = {};
    for (const [index, cell] of line.split(this.separator).entries()) {
      const isQuoted = cell.length > 1 && cell.startsWith(this.quote) && cell.endsWith(this.quote);
      row[this.names[index]!] = isQuoted ? cell.slice(1, -1) : cell;
    }
    return row;
  }

  /** The text. */
  w(): string {
    const lines = this.rows.map((row) =>
      this.names.map((name, index) => this.cell(row[name], index)).join(this.separator),
    );
    return [this.names.join(this.separator), ...lines].join("\n");
  }

  private cell(value: unknown, index: number): string {
    const text = String(value ?? null);
    return this.areNumbers[index] ? text : this.quote + text + this.quote;
  }

  /** The rows as maps. */
  csv(): Record<string, any>[] {
    return this.rows.map((row) => ({ ...row }));
  }

  toString(): string {
    return "[object CSV]";
  }
}
