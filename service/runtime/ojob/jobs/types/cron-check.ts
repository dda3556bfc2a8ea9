import { jobScope } from "../../../base/job-scope.js";
import { world } from "../../../base/world.js";
import { typeArgValue } from "../../args/type-args.js";
import type { Job } from "../../model/shapes.js";
import type { CronTimes } from "./cron.js";

/** `typeArgs.cronCheck`: the last runs of a job in a channel, so that missed ones are caught up and failed ones retried. */
export class CronCheck {
  readonly retries: number;
  /** Pause before a retry, ms; undefined: no retries. */
  readonly retryWaitMs: number | undefined;
  private readonly channel: any;
  private readonly key: { name: string };

  private constructor(job: Job, settings: any) {
    this.retries = settings.retries ?? 5;
    this.retryWaitMs = settings.retryWait;
    this.channel = jobScope.$ch(settings.ch ?? "oJob::cron");
    this.channel.create();
    this.key = { name: job.name };
  }

  /** The check of a job; undefined where it has none, or not an active one. */
  static of(job: Job): CronCheck | undefined {
    const settings = typeArgValue(job.typeArgs.cronCheck);
    return settings?.active === true ? new CronCheck(job, settings) : undefined;
  }

  /** Was a run missed since the last one, or did that fail? */
  isDue(times: CronTimes): boolean {
    const last = this.channel.get(this.key) ?? this.touch("success", 0, 0);
    const nextMs = times.after(last.last);
    const isLate = nextMs !== undefined && nextMs < world.host.clock.nowMs();
    return (isLate && last.status !== "start") || last.status === "error";
  }

  /** Notes how the job stands. */
  touch(status: "start" | "success" | "error", retries: number, last = world.host.clock.nowMs()): any {
    const entry = { ...this.key, last, status, retries };
    this.channel.set(this.key, entry);
    return entry;
  }
}
