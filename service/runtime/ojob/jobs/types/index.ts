/** The types of jobs: what is done when their turn comes. */
import type { Steps } from "../../../base/scheduler.js";
import type { Job } from "../../model/shapes.js";
import { runJobsFile } from "./jobs.js";
import { startPeriodic } from "./periodic.js";
import { registerShutdown } from "./shutdown.js";
import { runSimple } from "./simple.js";
import { subscribeJob } from "./subscribe.js";

/** One execution of a job, as its type gets it. */
export interface Execution {
  job: Job;
  /** Without the job's own args. */
  args: any;
  id: string;
  deps: Record<string, unknown>;
  /** Wait for its end; otherwise it goes on beside. */
  wait: boolean;
}

/** Executes a job of a type; a generator if it has to wait. */
type JobType = (execution: Execution) => Steps<any> | true;

/** The function of a type; undefined for an unknown type: such a job does nothing. */
export function typeOf(name: string): JobType | undefined {
  switch (name) {
    case "simple":
      return runSimple;
    case "jobs":
      return runJobsFile;
    case "shutdown":
      return registerShutdown;
    case "subscribe":
      return subscribeJob;
    case "periodic":
      return startPeriodic;
    default:
      return undefined;
  }
}
