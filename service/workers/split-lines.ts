/** Longest line passed on in one piece, in characters. */
const MAX_LINE = 64 * 1024;

/** Cuts text that arrives in chunks into lines; a line that never ends is passed on in parts. */
export class Lines {
  private rest = "";

  constructor(private readonly onLine: (line: string) => void) {}

  push(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.pass(this.rest + text.slice(from, end));
      this.rest = "";
      from = end + 1;
    }
    this.rest += text.slice(from);
    if (this.rest.length > MAX_LINE) {
      const whole = this.rest.length - (this.rest.length % MAX_LINE);
      this.pass(this.rest.slice(0, whole));
      this.rest = this.rest.slice(whole);
    }
  }

  /** Passes on the rest without a line end. */
  flush(): void {
    if (this.rest === "") return;
    const rest = this.rest;
    this.rest = "";
    this.pass(rest);
  }

  private pass(line: string): void {
    if (line.length <= MAX_LINE) return this.onLine(line);
    for (let from = 0; from < line.length; from += MAX_LINE) this.onLine(line.slice(from, from + MAX_LINE));
  }
}
