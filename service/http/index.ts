// The node's HTTP side: parses and authenticates a request, finds its oJob, hands it to `dispatch` and writes the reply.
// `createHttp` gives the Fastify instance, not yet listening.
// What existing clients rely on is in routes/compat.ts; every refusal is an entry of service/errors.ts.
export { createHttp } from "./app.js";
export type { HttpConfig, HttpLog, HttpOptions, NodeActivity, NodeControl } from "./options.js";
export { RunTokens } from "./run-tokens.js";
export { SignatureMemory } from "./signature-memory.js";
