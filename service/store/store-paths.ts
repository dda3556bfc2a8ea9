import { mkdir } from "node:fs/promises";
import path from "node:path";

/**
 * The longest name of a file is 255 bytes nearly everywhere; temporary names have some 40 more characters than the
 * uuid.
 */
const LONGEST_UUID = 200;

export const WAITING_ENDING = ".rojob";
export const RESULT_ENDING = ".result";
export const RECORD_ENDING = ".json";
export const LOG_ENDING = ".log";
/** Second names of changed records, see `FencedRecords`. They begin with a dot, too. */
const CLAIM = /^\.(.+)\.(\d+)\.claim$/;

/** Paths of the store's files. */
export class StorePaths {
  /** `WORK/.rojob`; the key, pid files, locks and initialization jobs in it belong to others. */
  readonly root: string;
  readonly runs: string;
  readonly logs: string;
  readonly history: string;
  readonly aside: string;

  constructor(workFolder: string) {
    this.root = path.join(workFolder, ".rojob");
    this.runs = path.join(this.root, "runs");
    this.logs = path.join(this.root, "logs");
    this.history = path.join(this.root, "history");
    this.aside = path.join(this.root, "aside");
  }

  waiting(uuid: string): string {
    return path.join(this.root, uuid + WAITING_ENDING);
  }

  result(uuid: string): string {
    return path.join(this.root, uuid + RESULT_ENDING);
  }

  record(uuid: string): string {
    return path.join(this.runs, uuid + RECORD_ENDING);
  }

  /** Path of the claim of that change of a run. */
  claim(uuid: string, number: number): string {
    return path.join(this.runs, `.${uuid}.${number}.claim`);
  }

  log(uuid: string): string {
    return path.join(this.logs, uuid + LOG_ENDING);
  }

  async make(): Promise<void> {
    for (const folder of [this.root, this.runs, this.logs, this.history, this.aside]) await makeFolder(folder);
  }
}

/** With `recursive` Node says ENOENT where the file system is read-only: only missing parents are made that way. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") await mkdir(folder, { recursive: true });
    else if (code !== "EEXIST") throw error;
  }
}

/** Can the text be part of a file name? uuids come from requests, too. */
export function isUuid(text: string): boolean {
  return text.length <= LONGEST_UUID && /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u.test(text);
}

/** Run and number of a claim's name; undefined when it is none. */
export function readClaim(name: string): { uuid: string; number: number } | undefined {
  const match = CLAIM.exec(name);
  return match === null ? undefined : { uuid: match[1]!, number: Number(match[2]) };
}

/** The uuids in a listing of a folder; names of temporary files begin with a dot and are skipped. */
export function uuidsIn(names: readonly string[], ending: string): string[] {
  return names
    .filter((name) => name.endsWith(ending) && !name.startsWith("."))
    .map((name) => name.slice(0, -ending.length));
}
