import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { OJobSources } from "../../service/catalog/ojob-source.js";
import { RunFolder } from "../../service/catalog/run-folder.js";
import type { Schedule } from "../../service/config/index.js";
import type { RunRecord } from "../../service/model/record.js";
import type { WantedRun } from "../../service/model/runs.js";
import { Schedules } from "../../service/schedules/index.js";
import { noteLog } from "../runs/work-folder.js";

export const JOB = "jobs: [{ name: A, exec: '' }]\ntodo: [A]\n";

/** A run folder with these files, removed with the test. */
export function runFolder(files: Record<string, string> = { "a.yaml": JOB }): string {
  const folder = mkdtempSync(join(tmpdir(), "rojob-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Runs that are only noted. The same idempotency key is the same run. */
export class StandInRuns {
  readonly submitted: WantedRun[] = [];
  readonly records = new Map<string, RunRecord>();
  readonly killed: string[] = [];
  /** State of new runs. */
  state: RunRecord["state"] = "done";
  /** Error of submitting. */
  trouble: Error | undefined;

  async submit(wanted: WantedRun): Promise<{ record: RunRecord; isNew: boolean }> {
    if (this.trouble !== undefined) throw this.trouble;
    const known = this.submitted.findIndex(({ idempotencyKey }) => idempotencyKey === wanted.idempotencyKey);
    if (known >= 0) return { record: this.records.get(`u-${known + 1}`)!, isNew: false };
    this.submitted.push(wanted);
    const record = { uuid: `u-${this.submitted.length}`, state: this.state } as RunRecord;
    this.records.set(record.uuid, record);
    return { record, isNew: true };
  }

  async get(uuid: string): Promise<RunRecord | undefined> {
    return this.records.get(uuid);
  }

  async kill(uuid: string): Promise<"killed"> {
    this.killed.push(uuid);
    this.records.get(uuid)!.state = "killed";
    return "killed";
  }
}

export const everySecond: Schedule = {
  name: "often",
  cron: "* * * * * *",
  job: "a.yaml",
  args: {},
  overlap: "skip",
  catchUp: false,
  enabled: true,
};

/** The schedules of a node that is only its runs; stopped with the test. */
export function startSchedules(
  workFolder: string,
  schedules: readonly Schedule[],
  { runs = new StandInRuns(), jobs = runFolder() }: { runs?: StandInRuns; jobs?: string } = {},
) {
  const { lines, log } = noteLog();
  const sources = new OJobSources();
  const node = new Schedules({ schedules, workFolder, runs, folder: new RunFolder(jobs, sources), sources, log });
  onTestFinished(() => node.stop());
  return { runs, node, lines, messages: () => lines.map(({ message }) => message) };
}
