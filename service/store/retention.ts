import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { TEMP_ENDING } from "../base/files/atomic-files.js";
import { removeFile } from "../base/files/remove-file.js";
import { inParallel, type KeyedChain } from "../base/in-parallel.js";
import { isTerminal } from "../model/record.js";
import type { FileStoreOptions } from "../model/store.js";
import { isRefusedBySystem } from "./folder-health.js";
import type { History } from "./history.js";
import type { RunFiles } from "./run-files.js";
import type { RunSummary } from "./run-index.js";
import type { RunScan } from "./run-scan.js";
import { LOG_ENDING, RESULT_ENDING, readClaim, type StorePaths, uuidsIn } from "./store-paths.js";

/** Pause before the first pass, between passes, and after a pass that reached its limit, ms. */
const FIRST_PAUSE_MS = 1000;
const PAUSE_MS = 60_000;
const SHORT_PAUSE_MS = 200;
/** Most runs, and most further files, that a pass removes. */
const MAX_REMOVED = 500;
/** Runs removed at a time. */
const WIDTH = 4;
/** Age after which a temporary file counts as left over, ms. */
const LEFT_OVER_MS = 3_600_000;

/** Parts of the store that are cleaned. */
export interface Cleaned {
  places: StorePaths;
  scan: RunScan;
  history: History;
  files: RunFiles;
  chain: KeyedChain;
  /** Is the log being written? */
  isOpen: (uuid: string) => boolean;
}

/** Removes expired runs and files, little by little; never a run that has not ended. */
export class Retention {
  private timer: NodeJS.Timeout | undefined;
  private isStopped = true;
  /** Logs of runs that the history has dropped. */
  private readonly logsToDrop: string[] = [];
  private budget = 0;

  constructor(
    private readonly options: FileStoreOptions,
    private readonly cleaned: Cleaned,
  ) {}

  start(): void {
    this.isStopped = false;
    this.schedule(FIRST_PAUSE_MS);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  dropLog(uuid: string): void {
    this.logsToDrop.push(uuid);
  }

  private schedule(delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.pass().then(
        () => this.schedule(this.budget > 0 ? PAUSE_MS : SHORT_PAUSE_MS),
        (error: unknown) => {
          // On a disk that cannot be written nothing can be removed: `trouble` reports that.
          if (!isRefusedBySystem(error)) this.options.log.error({ err: error }, "cannot remove old runs and logs");
          this.schedule(PAUSE_MS);
        },
      );
    }, delayMs).unref();
  }

  /** Removes some expired runs and files. */
  private async pass(): Promise<void> {
    const now = Date.now();
    this.budget = MAX_REMOVED;
    await Promise.all([this.cleaned.scan.refresh(), this.cleaned.history.refresh()]);
    await this.dropRuns(now);
    this.dropNoted(now);
    for (const uuid of this.logsToDrop.splice(0, this.budget)) await this.remove(this.cleaned.places.log(uuid));
    await this.dropJournals(now);
    await this.dropLeftOvers(now);
    await this.dropLogs(now);
  }

  private async dropRuns(now: number): Promise<void> {
    const { scan, chain, files } = this.cleaned;
    const ended = scan.index.oldestFirst().filter((run) => isTerminal(run.state));
    const tooMany = this.options.keepRuns === 0 ? 0 : ended.length - this.options.keepRuns;
    const old = ended.filter((run, at) => at < tooMany || this.isExpired(run, now)).slice(0, this.budget);
    this.budget -= old.length;
    await inParallel(old, WIDTH, ({ uuid }) =>
      chain.run(uuid, async () => {
        await files.removeEnded(uuid);
        scan.forget(uuid);
      }),
    );
  }

  private dropNoted(now: number): void {
    const { history } = this.cleaned;
    for (const run of history.index.oldestFirst()) if (this.isExpired(run, now)) history.forget(run.uuid);
    history.keepNewest();
  }

  private isExpired(run: RunSummary, now: number): boolean {
    if (run.expiresAt !== undefined) return run.expiresAt <= now;
    const { resultTtlMs } = this.options;
    return resultTtlMs > 0 && (run.endedAt ?? run.acceptedAt) + resultTtlMs <= now;
  }

  private async dropJournals(now: number): Promise<void> {
    for (const { file } of this.cleaned.history.emptyJournals(now)) await this.remove(file);
  }

  /** Removes temporary files of nodes that died, and results without a run. */
  private async dropLeftOvers(now: number): Promise<void> {
    if (this.budget <= 0) return;
    const { places, scan, files } = this.cleaned;
    // Before temporary files are removed: a claimed change may consist of some.
    for (const name of (await readdir(places.runs)).filter((each) => readClaim(each) !== undefined)) {
      if (await this.isOlder(path.join(places.runs, name), now - LEFT_OVER_MS)) await files.settle(name);
    }
    for (const folder of [places.root, places.runs, places.logs]) {
      const names = await readdir(folder);
      for (const name of names) {
        if (!name.startsWith(".") || !name.endsWith(TEMP_ENDING)) continue;
        const file = path.join(folder, name);
        if (await this.isOlder(file, now - LEFT_OVER_MS)) await this.remove(file);
      }
      for (const uuid of uuidsIn(names, RESULT_ENDING)) {
        if (scan.index.get(uuid) !== undefined || this.budget <= 0) continue;
        this.budget--;
        if (await this.isOlder(places.result(uuid), now - LEFT_OVER_MS)) await files.dropOrphan(uuid);
      }
    }
  }

  private async dropLogs(now: number): Promise<void> {
    const { places, scan, history, isOpen } = this.cleaned;
    const { logTtlMs } = this.options;
    if (logTtlMs === 0 || this.budget <= 0) return;
    const limit = now - logTtlMs;
    for (const uuid of uuidsIn(await readdir(places.logs), LOG_ENDING)) {
      const run = scan.index.get(uuid) ?? history.index.get(uuid);
      if (this.budget <= 0 || isOpen(uuid) || (run !== undefined && !isTerminal(run.state))) continue;
      const isOld = run === undefined ? await this.isOlder(places.log(uuid), limit) : (run.endedAt ?? 0) < limit;
      if (isOld) await this.remove(places.log(uuid));
    }
  }

  private async isOlder(file: string, limit: number): Promise<boolean> {
    const status = await stat(file).catch(() => undefined); // Gone, or not ours to see: nothing to remove.
    return status !== undefined && status.mtimeMs < limit;
  }

  private async remove(file: string): Promise<void> {
    this.budget--;
    await removeFile(file);
  }
}
