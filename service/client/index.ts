// The TypeScript client of a node, and the signing of requests, which the node itself uses to check them.
// Depends on nothing else of the service.
export { type Health, RoJobClient, type RoJobClientOptions, type RunOptions, type RunResult } from "./client.js";
export { RoJobError } from "./errors.js";
export { canonicalQuery, canonicalV2, keyIdOf, signV1, signV2, type V1Input, type V2Input, v1Window } from "./sign.js";
