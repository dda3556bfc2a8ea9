import vm from "node:vm";
import type { Gate } from "../runtime/base/border.js";
import { refuseImport } from "./host/code.js";
import { createHost, type HostControl, type HostOptions } from "./host/index.js";
import { settleGlobals } from "./language-globals.js";
import { loadRuntimeScript } from "./runtime-script.js";

/** A clean JavaScript world for one run: a fresh V8 context with the runtime in it. Used once. */
export interface PreparedEnvironment {
  /**
   * Executes one request to its end, blocking.
   * @param requestJson JSON of `RunRequest`
   * @param options receiver of the run's output, its folder and its environment variables
   * @returns JSON of `RunOutcome`
   */
  run(requestJson: string, options: HostOptions): string;
  /**
   * Answers queries on job files without executing one; the environment serves no run after that.
   * @param queryJson JSON of a `Query` of runtime/inspect
   * @returns JSON of its answer
   */
  inspect(queryJson: string, requestJson: string, options: HostOptions): string;
  /** Ends leftovers of the run (operations, open files, temporary files) and names them. */
  close(): string[];
}

/** Value of the runtime's script (`Environment` of runtime/boot.ts). */
interface Booted {
  run(requestJson: string): string;
  inspect(queryJson: string, requestJson: string): string;
}

/** Builds an environment ahead of the run it will serve. */
export function prepareEnvironment(): PreparedEnvironment {
  // An ordinary context would route every access of a global through interceptors: two orders of magnitude slower.
  const context = vm.createContext(
    vm.constants.DONT_CONTEXTIFY as unknown as vm.Context,
    {
      microtaskMode: "afterEvaluate",
      importModuleDynamically: refuseImport,
    } as vm.CreateContextOptions,
  );
  settleGlobals(context);
  const control: HostControl = createHost(context);
  const boot = loadRuntimeScript().runInContext(context) as (gate: Gate) => Booted;
  const environment = boot(control.gate);
  return {
    run(requestJson, options) {
      control.open(options);
      return environment.run(requestJson);
    },
    inspect(queryJson, requestJson, options) {
      control.open(options);
      return environment.inspect(queryJson, requestJson);
    },
    close: () => control.close(),
  };
}
