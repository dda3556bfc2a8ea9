import { type Address, formatAddress } from "../base/address.js";
import type { NodeLoad } from "../model/cluster.js";

/** `suspect`: somebody could not reach it; `dead`: for NODETIMEOUT nobody could; `left`: it stopped. */
export type MemberState = "alive" | "suspect" | "dead" | "left";

/** What nodes tell each other of a node. */
export interface MemberInfo extends Address {
  /** Random, of one life of the node. */
  id: string;
  /** When that life began, ms since the epoch by its own clock: of two lives the later counts. */
  life: number;
  /** Grows with every round of that node: of two tidings the one with more is newer. */
  beat: number;
  state: MemberState;
  load: NodeLoad;
  version: string;
  /** ms since the node itself said so. Clocks of different machines are never compared. */
  ageMs: number;
  /** uuids of what it executes, when it speaks of itself. */
  runs?: string[];
}

/** One round's tidings, and the answer to them: of the sender itself and of some others. */
export interface Beat {
  /** CNAME of the sender. */
  cname: string;
  from: MemberInfo;
  members: MemberInfo[];
}

/** What a node knows of another; times in ms of a clock that only goes forward. */
export interface Member extends Omit<MemberInfo, "ageMs" | "runs"> {
  runs: string[];
  /** When the node itself said the newest that is known of it. */
  heardAt: number;
  /** When it said how busy it is. */
  loadAt: number;
  /** Since when it is suspect, or dead. */
  since: number;
  /** In how many messages its change of state is still to be told. */
  newsLeft: number;
  /** Tries of this node in a row that got no answer. */
  failures: number;
  /** Not to be tried again before. */
  nextTryAt: number;
  /** A heartbeat to it is under way. */
  isAsked: boolean;
}

/** What counts more when two say different things of the same beat of a node. */
const gravity: Record<MemberState, number> = { alive: 0, suspect: 1, dead: 2, left: 3 };

/** The key of a node in maps. */
export const keyOf = (address: Address): string => formatAddress(address);

/** Does the first tiding of the same life of a node beat the second? A node that left does not come back in that life. */
export function isNewer(
  info: { beat: number; state: MemberState },
  known: { beat: number; state: MemberState },
): boolean {
  if (known.state === "left") return false;
  if (info.state === "left") return true;
  return info.beat > known.beat || (info.beat === known.beat && gravity[info.state] > gravity[known.state]);
}

/** What is told of a member. */
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
    Object.hasOwn(gravity, state) &&
    isText(version, 64) &&
    [load.free, load.waiting, load.running, load.forks].every(isCount) &&
    typeof load.draining === "boolean" &&
    (runs === undefined || (Array.isArray(runs) && runs.every((uuid) => isText(uuid, 512))))
  );
}

/** Reads a heartbeat or its answer; undefined when it is none that this version understands. */
export function readBeat(value: unknown): Beat | undefined {
  if (!isMap(value) || !isText(value.cname, 128) || !isMember(value.from) || !Array.isArray(value.members))
    return undefined;
  return value.members.every(isMember) ? (value as unknown as Beat) : undefined;
}
