import type { NodeAccess } from "../../base/host.js";
import { decode, encode } from "../../base/values/bytes.js";
import { exchange } from "../../lib/http/exchange.js";

/** A request that the node refused or could not carry out. */
export class RoJobError extends Error {
  /** The code of the error table: `busy`, `unknown_run`, … */
  readonly code: string;
  /** Of the HTTP reply. */
  readonly status: number;

  constructor(detail: string, code: string, status: number) {
    super(detail);
    this.name = "RoJobError";
    this.code = code;
    this.status = status;
  }
}

/** Refusals of which the node surely has begun nothing. */
const WORTH_ANOTHER_TRY = ["busy", "not_ready"];

/**
 * Asks the node this run runs on, through its HTTP API.
 * @param target path and query
 * @param body sent as JSON
 * @returns the body of the reply, read as JSON; undefined when it has none
 * @throws RoJobError with the problem's detail and code when the node refuses, JavaException when it does not answer
 */
export function askNode(node: NodeAccess | undefined, method: string, target: string, body?: unknown): any {
  if (node === undefined)
    throw new RoJobError("This run is not on a node that could be asked for anything", "no_node", 0);
  const headers: Record<string, string> = { authorization: `Bearer ${node.token}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  const text = body === undefined ? undefined : encode(JSON.stringify(body));
  const reply = exchange({ method, url: node.url + target, headers }, text);
  const answer = decode(reply.body);
  const read = readJson(answer);
  if (reply.status < 400) return read;
  const detail = String(read?.detail ?? `The node answered ${reply.status}: ${answer}`);
  throw new RoJobError(detail, String(read?.code ?? ""), reply.status);
}

/** Is it a refusal that may be none a moment later? */
export function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof RoJobError && WORTH_ANOTHER_TRY.includes(error.code);
}

function readJson(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // empty, or from something that is no node
  }
}
