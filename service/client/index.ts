// The TypeScript client of a node, and the signing of requests, which the node itself uses to check them. Uses only
// types of the rest of the service.
export type { ClusterNode, NodeLoad } from "../model/cluster.js";
export type { CallbackRecord, RunPage, RunRecord } from "../model/record.js";
export {
  canonicalQuery,
  canonicalV2,
  keyIdOf,
  signV1,
  signV2,
  type V1Input,
  type V2Input,
  v1Window,
} from "../signing/sign.js";
export type {
  CallOptions,
  LogOptions,
  RetryOptions,
  RoJobClientOptions,
  RunOptions,
  StartOptions,
  WaitOptions,
} from "./client-options.js";
export type { Management, Memory, WorkEntry } from "./management.js";
export { type Health, type ListFilter, type QueueState, RoJobClient, type Wanted } from "./rojob-client.js";
export { RoJobError } from "./rojob-error.js";
export { RunHandle } from "./run-handle.js";
export { hasEnded, type RunError, type RunResult } from "./run-result.js";
