import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "./config/index.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import type { RunIds } from "./dispatch/run-ids.js";
import type { Logger } from "./log.js";

/** What initialization jobs are run with. */
export interface InitJobOptions {
  config: Pick<Config, "WORK" | "INIT" | "INITCHECK">;
  dispatcher: Dispatcher;
  ids: RunIds;
  log: Logger;
}

/**
 * Runs the initialization jobs, `WORK/.rojob/*.yaml` and `*.json`, one after the other in the order of their names;
 * with INITCHECK again and again, that many seconds after the last one ended. A job that fails is logged and does not keep
 * the others from running.
 */
export function startInitJobs(options: InitJobOptions): { stop(): void } {
  const { config, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = !config.INIT;

  const pass = async (): Promise<void> => {
    for (const file of initJobFiles(config.WORK)) {
      if (isStopped) return;
      await runOne(file, options);
    }
    if (!isStopped && config.INITCHECK !== undefined) timer = setTimeout(start, config.INITCHECK * 1000);
  };
  const start = (): void => {
    pass().catch((error: unknown) => log.error({ err: error }, "initialization jobs"));
  };
  if (!isStopped) start();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function initJobFiles(workFolder: string): string[] {
  const folder = path.join(workFolder, ".rojob");
  return readdirSync(folder)
    .filter((name) => /\.(yaml|yml|json)$/.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

async function runOne(file: string, { dispatcher, ids, log }: InitJobOptions): Promise<void> {
  const name = path.basename(file);
  try {
    const reply = await dispatcher.dispatch({
      uuid: ids.next(),
      text: readFileSync(file, "utf8"),
      file: name,
      args: {},
    });
    const fields = { job: name, uuid: reply.uuid, ms: Math.round(reply.timings.runMs) };
    if (reply.state === "done" && reply.errors.length === 0) log.info(fields, "initialization job done");
    else log.error({ ...fields, state: reply.state, errors: reply.errors }, "initialization job failed");
  } catch (error) {
    log.error({ job: name, err: error }, "initialization job could not be run");
  }
}
