import type { Host } from "./host.js";

/**
 * Wraps the host so that nothing of the worker's realm comes through: errors are made anew here and bytes are copied.
 */
export function borderOf(host: Host): Host {
  const wrapped: Record<string, Record<string, Function>> = {};
  for (const area of Object.keys(host) as (keyof Host)[]) {
    const functions = host[area] as unknown as Record<string, Function>;
    const copy: Record<string, Function> = (wrapped[area] = {});
    for (const name of Object.keys(functions)) copy[name] = crossing(functions[name]!, area === "code");
  }
  return wrapped as unknown as Host;
}

/** @param keepErrors errors thrown by code of this realm pass as they are */
function crossing(call: Function, keepErrors: boolean): Function {
  return (...args: unknown[]) => {
    let value: unknown;
    try {
      value = call(...args);
    } catch (error) {
      if (keepErrors && !isForeign(error)) throw error;
      throw localError(error as { message: string; code?: string });
    }
    return isBytes(value) ? new Uint8Array(value) : value;
  };
}

function isBytes(value: unknown): value is Uint8Array {
  return typeof value === "object" && value !== null && ArrayBuffer.isView(value);
}

/** Errors of the worker's own realm carry a mark, as only the host throws them. */
function isForeign(error: unknown): boolean {
  return typeof error === "object" && error !== null && !(error instanceof Object);
}

function localError(error: { message: string; code?: string }): Error {
  return Object.assign(new Error(String(error.message)), { code: error.code });
}
