import { type Address, formatAddress, parseAddress } from "../base/address.js";
import { ServiceError } from "../base/errors.js";
import { joinPieces } from "../base/json/json-text.js";
import { packed } from "../base/json/packed-json.js";
import type { HandOver, QueuedRun } from "../model/record.js";
import type { SpoolPeers } from "../queue/spool/spool-peers.js";
import type { PeerHttp } from "./peer-http.js";

/** Path where nodes accept waiting runs. */
export const QUEUED_PATH = "/v1/cluster/queued";

const ASK_MS = 5000;

export interface PeerQueuesOptions {
  http: PeerHttp;
  query: () => Record<string, string>;
  /** Living peers that accept runs. */
  present: () => Address[];
  /** Nodes of the same work folder; this node may be among them. */
  ofWorkFolder: () => Promise<Address[]>;
}

/** The queues of the peers, for a node that stops. */
export class PeerQueues implements SpoolPeers {
  constructor(private readonly options: PeerQueuesOptions) {}

  async takers(): Promise<string[]> {
    const sharers = new Set((await this.options.ofWorkFolder()).map(formatAddress));
    const present = this.options.present().map(formatAddress);
    return present.some((node) => sharers.has(node)) ? [] : present;
  }

  async give(run: QueuedRun, { id, to }: HandOver, timeoutMs: number): Promise<"taken" | "refused" | "unsure"> {
    const { http, query } = this.options;
    const address = parseAddress(to);
    if (address === undefined) return "refused";
    const target = `${QUEUED_PATH}/${id}?${new URLSearchParams(query())}`;
    try {
      const options = { body: joinPieces(packed(run)), timeoutMs, isFresh: true };
      const { status, body } = await http.send(address, "POST", target, options);
      if (status === 200) return (JSON.parse(body) as { taken: boolean }).taken ? "taken" : "refused";
      // The peer refused it unread: another key, another cluster, or a version without this route.
      return status >= 400 && status < 500 ? "refused" : "unsure";
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
      return code === "ECONNREFUSED" ? "refused" : "unsure";
    }
  }

  async ask(uuid: string, { id, to }: HandOver): Promise<"taken" | "never" | "unsure"> {
    const { http, query } = this.options;
    const address = parseAddress(to);
    if (address === undefined) throw new ServiceError("peer_unreachable", { node: to, reason: "it is not host:port" });
    const target = `${QUEUED_PATH}/${id}?${new URLSearchParams({ ...query(), uuid })}`;
    try {
      const { status, body } = await http.send(address, "DELETE", target, { timeoutMs: ASK_MS });
      if (status !== 200) return "unsure";
      return (JSON.parse(body) as { taken: boolean }).taken ? "taken" : "never";
    } catch {
      return "unsure"; // It is asked again.
    }
  }
}
