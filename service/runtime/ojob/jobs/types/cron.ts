import { Cron } from "croner";

/** The times of a cron expression: six fields (seconds first) or five, in UTC unless a zone is given. */
export class CronTimes {
  private readonly cron: Cron;

  /** @throws Error when `expression` is none */
  constructor(expression: string, inLocalTime = false) {
    this.cron = new Cron(expression, { paused: true, timezone: inLocalTime ? undefined : "UTC" });
  }

  /** First time after `ms` since the epoch; undefined when there is none. */
  after(ms: number): number | undefined {
    return this.cron.nextRun(new Date(ms))?.getTime();
  }
}
