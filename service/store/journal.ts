import { open } from "node:fs/promises";
import path from "node:path";
import type { RunRecord } from "../model/record.js";
import { checkRecord } from "./parse-records.js";

/** A line of the history: a synchronous run. */
export interface NotedRun {
  record: RunRecord;
  /** JSON text of the result map, as text; absent when it was too large to be kept. */
  result?: string;
  /** Output, when the run ended before it got a file. */
  log?: string;
  /** Its output is in a file. */
  hasLogFile?: boolean;
}

/** A file of the history, and the position up to which it was read. */
export interface Journal {
  file: string;
  /** Offset after the last whole line. */
  end: number;
  /** Runs in it that are still kept. */
  kept: number;
}

/** Position of a line. */
export interface LinePlace {
  journal: Journal;
  offset: number;
  bytes: number;
}

/** Content of a line: a run, or a removal. */
export type JournalLine = NotedRun | { removed: string };

const ENDING = ".jsonl";
/** Characters of identities that some file systems refuse. */
const UNSAFE = /[^\w.-]/g;

/** `HOST_PORT-DATE-N.jsonl`. */
export function journalName(node: string, at: Date, number: number): string {
  return `${journalPrefix(node)}-${at.toISOString().slice(0, 10)}-${number}${ENDING}`;
}

function journalPrefix(node: string): string {
  const colon = node.lastIndexOf(":");
  return `${node.slice(0, colon)}_${node.slice(colon + 1)}`.replace(UNSAFE, "-");
}

/** Does a journal belong to that node? */
export function isJournalOf(node: string, file: string): boolean {
  const name = path.basename(file);
  const prefix = journalPrefix(node);
  return name.startsWith(prefix) && /^-\d{4}-\d\d-\d\d-\d+\.jsonl$/.test(name.slice(prefix.length));
}

/** May its node still append to it? It does so on the day in the name only, and clocks may differ. */
export function mayGrow(file: string, now: number): boolean {
  const day = /-(\d{4}-\d\d-\d\d)-\d+\.jsonl$/.exec(file)?.[1];
  return day === undefined || now - Date.parse(day) < 2 * 86_400_000;
}

export function journalsIn(folder: string, names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith(ENDING) && !name.startsWith(".")).map((name) => path.join(folder, name));
}

/** Reads the whole lines that were added to a journal. @param onLine gets undefined for a line that cannot be parsed */
export async function readNewLines(
  journal: Journal,
  onLine: (line: JournalLine | undefined, place: LinePlace) => void,
): Promise<void> {
  const handle = await open(journal.file);
  try {
    const buffer = Buffer.allocUnsafe(BLOCK);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, BLOCK, journal.end + rest.length);
      if (bytesRead === 0) return;
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      let from = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        const place = { journal, offset: journal.end, bytes: end - from };
        onLine(parseLine(bytes.toString("utf8", from, end)), place);
        journal.end += end + 1 - from;
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
  } finally {
    await handle.close();
  }
}

/** Small, so that other work has its turn in between. */
const BLOCK = 256 * 1024;

/** Reads lines by their positions, opens each file once; undefined where the file is gone. */
export async function readPlaces(places: readonly LinePlace[]): Promise<(NotedRun | undefined)[]> {
  const byFile = new Map<string, number[]>();
  for (const [at, { journal }] of places.entries()) {
    const positions = byFile.get(journal.file);
    if (positions === undefined) byFile.set(journal.file, [at]);
    else positions.push(at);
  }
  const found = new Array<NotedRun | undefined>(places.length);
  for (const [file, positions] of byFile) {
    const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (handle === undefined) continue;
    try {
      for (const at of positions) {
        const { offset, bytes } = places[at]!;
        const buffer = Buffer.allocUnsafe(bytes);
        const { bytesRead } = await handle.read(buffer, 0, bytes, offset);
        const line = parseLine(buffer.toString("utf8", 0, bytesRead));
        if (line !== undefined && "record" in line) found[at] = line;
      }
    } finally {
      await handle.close();
    }
  }
  return found;
}

function parseLine(text: string): JournalLine | undefined {
  try {
    const line = JSON.parse(text) as JournalLine;
    if ("removed" in line) return typeof line.removed === "string" ? line : undefined;
    checkRecord(line.record);
    return line;
  } catch {
    // Torn by a crash, or foreign: the caller counts it.
    return undefined;
  }
}
