import vm from "node:vm";
import type { HostCode } from "../../runtime/host.js";
import { parseDocument } from "../parse.js";
import { suspendable } from "../suspend.js";

/** Compiled scripts, shared by all environments of this process: a second run of the same oJob compiles nothing. */
const scripts = new Map<string, vm.Script>();
const MAX_SCRIPTS = 2000;

export function createCode(context: vm.Context): HostCode {
  return {
    run: (source, file, line = 1) => compiled(source, file, line).runInContext(context),
    within(fn, ms) {
      // The context's own global cannot be trusted to hold `fn`: the script gets it as the function it returns calls.
      const call = compiled("(fn) => fn", "rojob:within", 1).runInContext(context) as (fn: () => void) => () => void;
      runWithin(call(fn), ms);
    },
    suspendable,
    parse: (text, file) => parseDocument(text, file),
  };
}

/**
 * `import()` in job code. Node's own answer to it is an error of the worker's realm, by which a job could get out of its
 * environment; a text is no way out. (Node asks this only when started with `--experimental-vm-modules`.)
 */
export function refuseImport(): never {
  throw "import() is not available in the embedded engine: use load or include";
}

function compiled(source: string, file: string, line: number): vm.Script {
  const key = `${file}\n${line}\n${source}`;
  let script = scripts.get(key);
  if (script === undefined) {
    try {
      script = new vm.Script(source, { filename: file, lineOffset: line - 1, importModuleDynamically: refuseImport });
    } catch (error) {
      throw notCompiled(error as Error, file);
    }
    if (scripts.size >= MAX_SCRIPTS) scripts.delete(scripts.keys().next().value!);
    scripts.set(key, script);
  }
  return script;
}

/** V8 tells the line of what does not compile only at the head of the stack. */
function notCompiled(error: Error, file: string): Error {
  const head = error.stack?.startsWith(`${file}:`) ? /^\d+/.exec(error.stack.slice(file.length + 1)) : null;
  return Object.assign(error, { code: "ESYNTAX" }, head === null ? {} : { line: Number(head[0]) });
}

/** V8's watchdog only covers scripts: `fn` is called from one of this realm. */
function runWithin(fn: () => void, ms: number): void {
  const caller = globalThis as { rojobWithin?: () => void };
  const outer = caller.rojobWithin;
  caller.rojobWithin = fn;
  try {
    watched.runInThisContext({ timeout: Math.max(1, Math.ceil(ms)) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw Object.assign(new Error(`still busy after ${ms} ms`), { code: "ETIMEDOUT" });
  } finally {
    caller.rojobWithin = outer;
  }
}

const watched = new vm.Script("rojobWithin()", { filename: "rojob:within" });
