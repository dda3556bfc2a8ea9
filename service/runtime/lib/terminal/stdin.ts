import { world } from "../../base/world.js";
import { encrypt } from "../bytes/crypto.js";

/** Standard input: its lines, and questions at the terminal. A service has neither: reading ends at once. */

const readLine = (prompt: string, hidden = false): string | undefined => world.host.process.readLine(prompt, hidden);

/** Calls `take` with each line until it gives true or there are no more. */
export function pipeLines(take: (line: string) => unknown): void {
  for (let line = readLine(""); line !== undefined; line = readLine("")) if (take(line)) return;
}

/** The same for each character, as its code. */
export function pipeChars(take: (code: number) => unknown): void {
  pipeLines((line) => {
    for (const char of `${line}\n`) if (take(char.codePointAt(0)!)) return true;
    return false;
  });
}

/** @param mask given: what is typed is not shown. @returns null when there is nobody to ask */
export function ask(prompt = "> ", mask?: string): string | null {
  return readLine(prompt, mask !== undefined) ?? null;
}

export function askSecret(prompt = ": "): unknown {
  const text = ask(prompt, "\0");
  return text === null || text === "" ? undefined : encrypt(text);
}

/** `value` if there is one, else what the user answers. */
export function askUnless(value: unknown, prompt = "Question: ", isSecret = false, isVoidable = false): unknown {
  if (value !== undefined) return value;
  const answer = isSecret ? askSecret(prompt) : ask(prompt);
  return isVoidable && answer === "" ? undefined : answer;
}

/** Lines until `isLast(all so far)`, joined. */
export function askLines(prompt: string | ((text: string) => string), isLast?: (text: string) => boolean): string {
  const done = isLast ?? ((text: string): boolean => text.endsWith("\n\n\n"));
  let text = "";
  while (!done(text)) {
    const line = ask(typeof prompt === "function" ? prompt(text) : prompt);
    if (line === null) break;
    text += `${line}\n`;
  }
  return text;
}

export function askOne(prompt?: string, allowed?: string): string | null {
  for (;;) {
    const answer = ask(prompt ?? "");
    if (answer === null) return null;
    const char = answer.slice(0, 1);
    if (allowed === undefined || (char !== "" && allowed.includes(char))) return char;
  }
}

/** Shows the options with numbers. */
function showOptions(prompt: string, options: unknown[]): void {
  const lines = options.map((option, index) => `${String(index + 1).padStart(3)}) ${option}\n`);
  world.host.output.write(2, `${prompt}\n${lines.join("")}`);
}

/** Index of the option the user chose; undefined when there is nobody to ask or no such option. */
export function choose(prompt: string, options: unknown[]): number | undefined {
  if (!world.host.process.isTerminal()) return undefined;
  showOptions(prompt, options);
  const index = Number(ask("number: ")) - 1;
  return Number.isInteger(index) && index >= 0 && index < options.length ? index : undefined;
}

export function chooseSeveral(prompt: string, options: unknown[]): unknown[] | undefined {
  if (!world.host.process.isTerminal()) return undefined;
  showOptions(prompt, options);
  const numbers = (ask("numbers: ") ?? "").split(/[\s,]+/).map((text) => Number(text) - 1);
  return options.filter((_option, index) => numbers.includes(index));
}

/** One question of `askStruct`. */
interface Question {
  name: string;
  prompt?: string;
  type?: "question" | "secret" | "char" | "choose" | "multiple";
  options?: any;
}

export function askAll(questions: Question[]): unknown[] {
  return questions.map(({ name, prompt = "", type = "question", options }) => {
    let answer: unknown;
    if (type === "secret") answer = askSecret(prompt);
    else if (type === "char") answer = askOne(prompt, options);
    else if (type === "choose") answer = options[choose(prompt, options) ?? -1];
    else if (type === "multiple") answer = chooseSeveral(prompt, options);
    else answer = ask(prompt);
    return { name, prompt, type, options, answer };
  });
}
