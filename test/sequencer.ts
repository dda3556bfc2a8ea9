import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** Files that take longest, the longest first. */
const LONG = [
  "attacks/rolling-restart-load",
  "attacks/paused-etcd-node",
  "attacks/paused-redis-node",
  "queue/chaos",
  "cluster/checker",
  "cluster/network",
  "workers/leaks",
  "cluster/faults",
  "queue/nodes",
  "cluster/hand-over",
  "cluster/ladder",
  "cluster/joining",
  "runs/killed-node",
  "runs/taken-over",
  "cli/supervisor",
  "queue/",
  "schedules/",
  "cluster/",
  "management/",
  "runs/",
];

/** Starts the files that take longest first: begun last, they would be what the others wait for at the end. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((part) => moduleId.includes(`/test/${part}`));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
