import type { RunRequest } from "../../base/host.js";
import { Client } from "./client.js";
import { Cluster } from "./cluster.js";
import { WorkFolder } from "./work.js";

const { defineProperty } = Object;

/**
 * `global.ROJOB`: what a run knows of the service. The values are the run's own copy; `client`, `cluster` and `work` are
 * made when they are first asked for, and stay out of listings, so that a job may print or clone the rest.
 */
export function rojobOf({ rojob = {}, node }: RunRequest): Record<string, unknown> {
  lazy(rojob, "client", () => new Client(rojob, node));
  lazy(rojob, "cluster", () => new Cluster(node));
  lazy(rojob, "work", () => new WorkFolder(String(rojob["WORK_DIR"])));
  return rojob;
}

function lazy(owner: object, name: string, make: () => unknown): void {
  const settle = (value: unknown): void =>
    void defineProperty(owner, name, { configurable: true, enumerable: false, writable: true, value });
  defineProperty(owner, name, {
    configurable: true,
    enumerable: false,
    get() {
      const value = make();
      settle(value);
      return value;
    },
    set: settle,
  });
}
