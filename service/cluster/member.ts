import { type Address, formatAddress } from "../base/address.js";
import type { NodeLoad } from "../model/cluster.js";

/** `suspect`: a node could not reach it; `dead`: no node could for NODETIMEOUT; `left`: it stopped. */
export type MemberState = "alive" | "suspect" | "dead" | "left";

/** State of a node as heartbeats carry it. */
export interface MemberInfo extends Address {
  /** Random id of one process of the node. */
  id: string;
  /** Start of that process, ms since the epoch by its own clock. Of two processes the later counts. */
  life: number;
  /** Number of the node's round: of two messages about a node the one with the larger number is newer. */
  beat: number;
  state: MemberState;
  load: NodeLoad;
  version: string;
  /** ms since the node itself sent this state. Clocks of different machines are never compared. */
  ageMs: number;
  /** uuids of the runs it executes; only about the sender. */
  runs?: string[];
}

/** A heartbeat, and the answer to one: state of the sender and of some other nodes. */
export interface Heartbeat {
  /** CNAME of the sender. */
  cname: string;
  from: MemberInfo;
  members: MemberInfo[];
}

/** State of a peer as this node knows it; times in ms of a monotonic clock. */
export interface Member extends Omit<MemberInfo, "ageMs" | "runs"> {
  runs: string[];
  /** Time of the newest state that the peer itself sent. */
  heardAt: number;
  /** Time of the newest load. */
  loadAt: number;
  /** Start of the state `suspect` or `dead`. */
  since: number;
  /** Number of messages that still have to carry its change of state. */
  gossipLeft: number;
  /** Failed attempts of this node in a row. */
  failures: number;
  /** Time of the next attempt. */
  nextTryAt: number;
  /** A heartbeat to it is under way. */
  isAsked: boolean;
}

/** Precedence of states in two messages with the same `beat` of a node. */
const statePrecedence: Record<MemberState, number> = { alive: 0, suspect: 1, dead: 2, left: 3 };

/** Key of a node in maps. */
export const keyOf = (address: Address): string => formatAddress(address);

/**
 * Is the first state of a node newer than the second? Both are of the same process. A process that has left does not
 * come back.
 */
export function isNewer(
  info: { beat: number; state: MemberState },
  known: { beat: number; state: MemberState },
): boolean {
  if (known.state === "left") return false;
  if (info.state === "left") return true;
  return (
    info.beat > known.beat || (info.beat === known.beat && statePrecedence[info.state] > statePrecedence[known.state])
  );
}

/** State of a member as heartbeats carry it. */
export function infoOf(member: Member, now: number): MemberInfo {
  const { host, port, id, life, beat, state, load, version } = member;
  return { host, port, id, life, beat, state, load, version, ageMs: Math.max(0, Math.round(now - member.heardAt)) };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown, longest: number): value is string =>
  typeof value === "string" && value.length <= longest;
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function isMember(value: unknown): value is MemberInfo {
  if (!isMap(value) || !isMap(value.load)) return false;
  const { host, port, id, life, beat, state, load, version, ageMs, runs } = value;
  return (
    isText(host, 255) &&
    isCount(port) &&
    port > 0 &&
    port < 65536 &&
    isText(id, 64) &&
    [life, beat, ageMs].every(isCount) &&
    isText(state, 10) &&
    Object.hasOwn(statePrecedence, state) &&
    isText(version, 64) &&
    [load.free, load.waiting, load.running, load.forks].every(isCount) &&
    typeof load.draining === "boolean" &&
    (runs === undefined || (Array.isArray(runs) && runs.every((uuid) => isText(uuid, 512))))
  );
}

/** Reads a heartbeat or its answer; undefined when this version does not understand it. */
export function readHeartbeat(value: unknown): Heartbeat | undefined {
  if (!isMap(value) || !isText(value.cname, 128) || !isMember(value.from) || !Array.isArray(value.members))
    return undefined;
  return value.members.every(isMember) ? (value as unknown as Heartbeat) : undefined;
}
