// The node's HTTP side: parses and authenticates a request, finds its oJob, passes it to `dispatch` and writes the reply.
// `createHttp` returns the Fastify instance, not yet listening.
// The routes of existing clients are in routes/compat.ts; every refusal is an entry of service/base/errors.ts.

export { SignatureMemory } from "../signing/signature-memory.js";
export { createHttp } from "./app.js";
export { RunTokens } from "./auth/run-tokens.js";
export type { HttpConfig, HttpLog, HttpOptions, NodeActivity, NodeControl } from "./options.js";
