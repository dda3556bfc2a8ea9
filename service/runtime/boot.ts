import { borderOf, type Gate } from "./base/border.js";
import type { RunOutcome, RunRequest } from "./base/host.js";
import { outcomeText, world } from "./base/world.js";
import { inspect } from "./inspect/index.js";
import { installScope } from "./install.js";
import { runOJob } from "./ojob/index.js";
import { prepareEngine } from "./ojob/prepare.js";

/** A prepared environment, as the worker sees it. */
export interface Environment {
  /** Runs one request (JSON of {@link RunRequest}) and gives JSON of {@link RunOutcome}. To be called once. */
  run(requestJson: string): string;
  /** Answers questions on job files without running one (JSON of a query and of its answer, see `inspect/`). */
  inspect(queryJson: string, requestJson: string): string;
}

const { parse } = JSON;

/** Prepares this realm for one run. The bundle's completion value is this function. */
export function boot(gate: Gate): Environment {
  world.host = borderOf(gate);
  installScope();
  prepareEngine();
  return {
    run(requestJson: string): string {
      world.request = parse(requestJson) as RunRequest;
      const outcome: RunOutcome = runOJob(world.request);
      return outcomeText(outcome)!;
    },
    inspect(queryJson: string, requestJson: string): string {
      world.request = parse(requestJson) as RunRequest;
      return inspect(queryJson);
    },
  };
}
