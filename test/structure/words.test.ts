import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/** Words of the past, as regular expressions, and the words for the same thing now; see the vocabulary of docs/design.md. */
const RETIRED: Record<string, string> = {
  "guests?": "incoming run",
  // The format of workbooks has the name officeDocument.
  "tenure|office(?! document)": "ownership, owner",
  adoption: "takeover",
  // Not the entity of HTML.
  "hearts?(?!=)|tidings": "heartbeat",
  "farewells?": "leave message",
  "strays?": "leftover process",
  tired: "to be retired",
  "bury|buried": "reap",
  gravity: "precedence",
  bell: "notifier",
  "last words": "last output",
  "by heart": "in memory",
  "told|tell|tells|telling": "send, report, log, notify, name",
  "somebody|whoever": "the noun of the part that acts",
  patience: "time limit",
  "(?:stood|stands?|standing) still": "is suspended, is blocked",
  "in vain": "failed",
  "(?:former|next) (?:life|lives)": "earlier process, next process",
};

/** A doc comment has a subject: a clause that begins with one of these names none. */
const CLAUSE = /^\s*(?:\/\*\*|\*|\/\/) ?(?:What|How|Where|Who|Whose|Whom|Whether) (?![^\n]*\?)/gm;

const FOLDERS = ["service", "infra", "compose", "swarm", "tools", "bench", "docs"];

const root = path.resolve(import.meta.dirname, "../..");

function filesOf(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|mjs|md)$/.test(name))
      .map((name) => path.join(folder, name)),
  );
}

describe("the words of code and documentation", () => {
  it("are those of the field, not the retired ones", () => {
    const retired = new RegExp(`\\b(?:${Object.keys(RETIRED).join("|")})\\b`, "g");
    expect(search(FOLDERS, (text) => [...wordsOf(text).matchAll(retired)].map(([word]) => word))).toEqual([]);
  });

  it("are sentences in doc comments, with a subject", () => {
    const clauses = (text: string) => [...text.matchAll(CLAUSE)].map(([start]) => start.trim());
    expect(search([...FOLDERS, "test"], clauses)).toEqual([]);
  });

  it("are found in the parts of names, and across the lines of a comment", () => {
    expect(wordsOf("killStraysNow MOST_GUESTS")).toBe("kill strays now most guests");
    expect(wordsOf("/** the last\n * words */")).toContain("the last words");
  });
});

/** @returns a line for each finding */
function search(folders: readonly string[], find: (text: string) => string[]): string[] {
  return filesOf(folders).flatMap((file) =>
    find(readFileSync(path.join(root, file), "utf8")).map((found) => `${file}: ${found}`),
  );
}

/** The text in lower case, with names split into their words and lines of a comment joined. */
function wordsOf(text: string): string {
  return text
    .replace(/\n\s*(?:\*(?!\/)|\/\/)? ?/g, " ")
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
}
