import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/** Words of the past, as regular expressions, and the words for the same thing now; see the vocabulary of docs/design.md. */
const RETIRED: Record<string, string> = {
  "guests?": "incoming run",
  // The format of workbooks has the name officeDocument.
  "tenure|office(?! document)": "ownership, owner",
  adoption: "takeover",
  "hearts?|tidings": "heartbeat",
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

/** Rooms that are not cleaned yet: how many they may have. These numbers only go down. */
const LEFT: Record<string, { words: number; clauses: number }> = {
  "service/runtime": { words: 169, clauses: 141 },
  "service/http": { words: 17, clauses: 37 },
  "service/cli": { words: 31, clauses: 26 },
  "tools/mutation": { words: 3, clauses: 10 },
  "test/runtime": { words: 0, clauses: 4 },
  "test/http": { words: 0, clauses: 10 },
  "test/cli": { words: 0, clauses: 2 },
};

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
    const { found, left } = search(FOLDERS, (text) => [...wordsOf(text).matchAll(retired)].map(([word]) => word));
    expect(found).toEqual([]);
    expect(tooMany(left, "words")).toEqual([]);
  });

  it("are sentences in doc comments, with a subject", () => {
    const { found, left } = search([...FOLDERS, "test"], (text) =>
      [...text.matchAll(CLAUSE)].map(([start]) => start.trim()),
    );
    expect(found).toEqual([]);
    expect(tooMany(left, "clauses")).toEqual([]);
  });

  it("are found in the parts of names, and across the lines of a comment", () => {
    expect(wordsOf("killStraysNow MOST_GUESTS")).toBe("kill strays now most guests");
    expect(wordsOf("/** the last\n * words */")).toContain("the last words");
  });
});

/** Findings outside of the rooms in {@link LEFT}, and numbers of those inside. */
function search(
  folders: readonly string[],
  find: (text: string) => string[],
): { found: string[]; left: Record<string, number> } {
  const found: string[] = [];
  const left: Record<string, number> = {};
  for (const file of filesOf(folders)) {
    const here = find(readFileSync(path.join(root, file), "utf8"));
    const room = Object.keys(LEFT).find((name) => file.startsWith(`${name}/`));
    if (room === undefined) found.push(...here.map((what) => `${file}: ${what}`));
    else left[room] = (left[room] ?? 0) + here.length;
  }
  return { found, left };
}

/** Rooms with more than {@link LEFT} allows. */
function tooMany(left: Record<string, number>, kind: "words" | "clauses"): string[] {
  return Object.entries(LEFT)
    .filter(([room, allowed]) => (left[room] ?? 0) > allowed[kind])
    .map(([room, allowed]) => `${room}: ${left[room]}, at most ${allowed[kind]}`);
}

/** The text in lower case, with names split into their words and lines of a comment joined. */
function wordsOf(text: string): string {
  return text
    .replace(/\n\s*(?:\*(?!\/)|\/\/)? ?/g, " ")
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
}
