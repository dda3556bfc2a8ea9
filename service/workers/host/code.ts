import vm from "node:vm";
import type { HostCode } from "../../runtime/base/host.js";
import { parseDocument } from "../parse-document.js";
import { suspendable } from "../suspend.js";
import { withoutImports } from "./imports.js";

/** Compiled scripts, shared by all environments of this process: a second run of the same oJob compiles nothing. */
const scripts = new Map<string, vm.Script>();
const MAX_SCRIPTS = 2000;

export function createCode(context: vm.Context): HostCode {
  return {
    run: (source, file, line = 1) => compiled(source, file, line).runInContext(context),
    within: runWithin,
    suspendable,
    parse: (text, file) => parseDocument(text, file),
  };
}

/**
 * Refuses `import()` in job code. Node's own answer is an error of the worker's realm, by which a job could get out of
 * its environment; a text gives no way out. (Node calls this only when started with `--experimental-vm-modules`.)
 */
export function refuseImport(): never {
  throw "import() is not available in the embedded engine: use load or include";
}

function compiled(source: string, file: string, line: number): vm.Script {
  const key = `${file}\n${line}\n${source}`;
  let script = scripts.get(key);
  if (script === undefined) {
    try {
      script = new vm.Script(withoutImports(source), {
        filename: file,
        lineOffset: line - 1,
        importModuleDynamically: refuseImport,
      });
    } catch (error) {
      throw notCompiled(error as Error, file);
    }
    if (scripts.size >= MAX_SCRIPTS) scripts.delete(scripts.keys().next().value!);
    scripts.set(key, script);
  }
  return script;
}

/** V8 gives the line of a syntax error only at the head of the stack. */
function notCompiled(error: Error, file: string): Error {
  const head = error.stack?.startsWith(`${file}:`) ? /^\d+/.exec(error.stack.slice(file.length + 1)) : null;
  return Object.assign(error, { code: "ESYNTAX" }, head === null ? {} : { line: Number(head[0]) });
}

/**
 * V8's watchdog covers scripts only: a script calls `fn`. The script has a realm of its own, whose global object holds
 * the reference to `fn`.
 */
function runWithin(fn: () => void, ms: number): void {
  watchdog ??= createWatchdog();
  const outer = watchdog.current;
  watchdog.current = fn;
  try {
    watchdog.script.runInContext(watchdog.context, { timeout: Math.max(1, Math.ceil(ms)) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw Object.assign(new Error(`still busy after ${ms} ms`), { code: "ETIMEDOUT" });
  } finally {
    watchdog.current = outer;
  }
}

interface Watchdog {
  context: vm.Context;
  script: vm.Script;
  /** Function that the script calls. */
  current: (() => void) | undefined;
}

let watchdog: Watchdog | undefined;

function createWatchdog(): Watchdog {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context);
  const made: Watchdog = {
    context,
    script: new vm.Script("call()", { filename: "rojob:within" }),
    current: undefined,
  };
  (vm.runInContext("globalThis", context) as { call(): void }).call = () => made.current?.();
  return made;
}
