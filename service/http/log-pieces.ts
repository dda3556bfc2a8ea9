import type { Peer } from "../cluster/contract.js";
import { ServiceError } from "../errors.js";
import type { LogChunk, RunRecord } from "../runs/record.js";
import type { Runs } from "../runs/runs.js";
import { LOCAL } from "./elsewhere.js";

/** Part of a run's output; the last one tells how the run ended. */
export interface LogPiece extends LogChunk {
  state?: RunRecord["state"];
}

export interface PieceOptions {
  from: string | undefined;
  follow: boolean;
  signal: AbortSignal;
}

/** Longest wait of one request to another node, s. */
const PEER_WAIT_S = 20;

/** The output of a run that this node knows. */
export async function* ownPieces(runs: Runs, uuid: string, options: PieceOptions): AsyncGenerator<LogPiece> {
  for await (const chunk of runs.log(uuid, options)) {
    yield chunk.isEnd ? { ...chunk, state: (await runs.get(uuid))?.state } : chunk;
  }
}

/**
 * The output of a run that another node knows, asked for piece by piece.
 * @throws ServiceError `unknown_run`, `peer_unreachable`
 */
export async function* peerPieces(
  peer: Peer,
  uuid: string,
  { from, follow, signal }: PieceOptions,
): AsyncGenerator<LogPiece> {
  for (let next = from; !signal.aborted; ) {
    const query = new URLSearchParams({ format: "json", wait: String(follow ? PEER_WAIT_S : 0), [LOCAL]: "true" });
    if (next !== undefined) query.set("from", next);
    const target = `/v1/runs/${encodeURIComponent(uuid)}/log?${query}`;
    const { status, body } = await peer.request("GET", target, undefined, signal);
    if (status === 404) throw new ServiceError("unknown_run", { uuid }, { uuid });
    if (status !== 200) {
      const node = `${peer.host}:${peer.port}`;
      throw new ServiceError("peer_unreachable", { node, reason: `it answered ${status}` }, { uuid });
    }
    const piece = JSON.parse(body) as LogPiece;
    yield piece;
    if (piece.isEnd || (!follow && piece.text === "")) return;
    next = piece.next;
  }
}
