import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Logger } from "../base/log/logger.js";
import type { Config } from "../config/index.js";
import type { Runs, WantedRun } from "../model/runs.js";
import type { OJobSources } from "./ojob-source.js";

/** Parts that initialization jobs need. */
export interface InitJobOptions {
  config: Pick<Config, "WORK" | "INIT" | "INITCHECK">;
  runs: Pick<Runs, "run" | "submit">;
  sources: OJobSources;
  log: Pick<Logger, "info" | "error">;
}

/**
 * Runs the initialization jobs, `WORK/.rojob/*.yaml` and `*.json`, one after the other in the order of their names;
 * with INITCHECK again and again, that many seconds after the last one ended. A job with `rojob.async` is submitted and
 * not waited for. A failed job is logged and does not keep the others from running.
 */
export function startInitJobs(options: InitJobOptions): { stop(): void } {
  const { config, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = !config.INIT;

  const pass = async (): Promise<void> => {
    try {
      for (const file of initJobFiles(config.WORK)) {
        if (isStopped) return;
        await runOne(file, options);
      }
    } catch (error) {
      log.error({ err: error }, "cannot list the initialization jobs");
    }
    if (!isStopped && config.INITCHECK !== undefined) timer = setTimeout(pass, config.INITCHECK * 1000);
  };
  if (!isStopped) void pass();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function initJobFiles(workFolder: string): string[] {
  const folder = path.join(workFolder, ".rojob");
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /\.(yaml|yml|json)$/.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .map((name) => path.join(folder, name));
}

async function runOne(file: string, { runs, sources, log }: InitJobOptions): Promise<void> {
  const name = path.basename(file);
  try {
    const text = readFileSync(file, "utf8");
    const { args, rojob } = sources.parse(text, "any", name);
    const wanted: WantedRun = { file: name, text, args, by: `init ${name}`, settings: rojob };
    if (rojob.async) {
      const { record } = await runs.submit(wanted);
      log.info({ job: name, uuid: record.uuid }, "initialization job submitted");
      return;
    }
    const reply = await runs.run(wanted);
    const fields = { job: name, uuid: reply.uuid, ms: Math.round(reply.timings.runMs) };
    if (reply.state === "done" && reply.errors.length === 0) log.info(fields, "initialization job done");
    else log.error({ ...fields, state: reply.state, errors: reply.errors }, "initialization job failed");
  } catch (error) {
    log.error({ job: name, err: error }, "cannot run an initialization job");
  }
}
