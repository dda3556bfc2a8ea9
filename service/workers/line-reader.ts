import { execFileSync } from "node:child_process";
import { readSync, writeSync } from "node:fs";
import { isatty } from "node:tty";

const INPUT = 0;
const PROMPTS = 2;

/**
 * Reads lines of this process' standard input, blocking: the event loop is blocked while a job runs anyway. The prompt
 * goes to the standard error output, so that the standard output stays the job's. A terminal does not echo `hidden`
 * lines.
 * @returns undefined at the end of the input
 */
export function createLineReader(): (prompt: string, hidden: boolean) => string | undefined {
  let rest = Buffer.alloc(0);
  let hasEnded = false;
  return (prompt, hidden) => {
    const isSecret = hidden && isatty(INPUT);
    // Before the prompt: characters typed right after it must not be shown.
    if (isSecret) echo("-echo");
    try {
      if (prompt !== "") writeSync(PROMPTS, prompt);
      for (;;) {
        const end = rest.indexOf(10);
        if (end >= 0 || hasEnded) {
          if (end < 0 && rest.length === 0) return undefined;
          const line = rest.subarray(0, end < 0 ? rest.length : end).toString("utf8");
          rest = end < 0 ? Buffer.alloc(0) : rest.subarray(end + 1);
          return line.replace(/\r$/, "");
        }
        const chunk = readChunk();
        if (chunk === undefined) hasEnded = true;
        else rest = Buffer.concat([rest, chunk]);
      }
    } finally {
      if (isSecret) echo("echo");
    }
  };
}

function readChunk(): Buffer | undefined {
  const chunk = Buffer.alloc(65_536);
  for (;;) {
    try {
      const length = readSync(INPUT, chunk, 0, chunk.length, null);
      return length === 0 ? undefined : chunk.subarray(0, length);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return undefined;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

function echo(setting: "echo" | "-echo"): void {
  execFileSync("stty", [setting], { stdio: ["inherit", "ignore", "inherit"] });
  if (setting === "echo") writeSync(PROMPTS, "\n");
}

const pause = new Int32Array(new SharedArrayBuffer(4));
