import { RoJobClient, RoJobError } from "../client/index.js";
import { UsageError } from "./command.js";
import type { ReadFlags } from "./flags.js";
import type { nodeFlags } from "./node-flags.js";

/** A node to ask, and how it was found. */
export interface NodeAccess {
  client: RoJobClient;
  url: string;
  apiKey?: string;
}

/**
 * Finds the node that a command is to ask, and its key.
 * @throws UsageError when the URL cannot be one; ConfigError when the config file is needed and wrong
 */
export async function nodeAccess(flags: ReadFlags<typeof nodeFlags>, retryTimes = 2): Promise<NodeAccess> {
  const givenUrl = flags.get("url") ?? (process.env.ROJOB_URL || undefined);
  const givenKey = flags.get("key") ?? (process.env.ROJOB_APIKEY || undefined);
  let url = givenUrl === undefined ? undefined : readUrl(givenUrl);
  let apiKey = givenKey;
  if (url === undefined || apiKey === undefined) {
    const { findLocalNode } = await import("./local-node.js");
    const here = findLocalNode();
    url ??= here.url();
    apiKey ??= here.apiKey();
  }
  return { client: new RoJobClient({ url, apiKey, retry: { times: retryTimes } }), url, apiKey };
}

/**
 * Calls a node; a refusal becomes an error with advice.
 * @param offline advice for when no node answers
 */
export async function callNode<T>(
  { apiKey }: NodeAccess,
  ask: () => Promise<T>,
  offline = "start a node with `rojob start`",
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RoJobError)) throw error;
    throw new Error(`${error.message}${adviceOn(error, apiKey, offline)}`, { cause: error });
  }
}

function adviceOn({ status }: RoJobError, apiKey: string | undefined, offline: string): string {
  if (status === 0) return `; ${offline}`;
  if (status !== 401) return "";
  return apiKey === undefined
    ? "; give the node's key with --apikey or ROJOB_APIKEY"
    : "; check that this is the key of that node";
}

function readUrl(text: string): string {
  try {
    const url = new URL(text.includes("://") ? text : `http://${text}`);
    if (url.protocol === "http:" || url.protocol === "https:") return url.href.replace(/\/$/, "");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new UsageError(`URL ${JSON.stringify(text)}: must be like http://127.0.0.1:8787`);
}
