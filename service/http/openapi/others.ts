import type { ErrorCode } from "../../base/errors.js";
import { json, type Operation, ref, text } from "./operation.js";
import {
  accepted,
  endedHeaders,
  lostProblems,
  ojobProblems,
  pathProblems,
  startHeaders,
  startProblems,
} from "./runs.js";

const result = { description: "The result map", content: json(ref("ResultMap")), headers: endedHeaders };

/** A route of the original service. */
function compatible(id: string, body: string, problems: readonly ErrorCode[]): Operation {
  return {
    id,
    tag: "compatible",
    summary: `Runs ${body}; its result map is the reply`,
    description: "The query has the arguments, all as texts. With `__async=1` the request does not wait for the end.",
    parameters: startHeaders,
    body: { description: `${body}; the content type is ignored`, content: text() },
    replies: { 200: result, 202: accepted },
    problems: [...startProblems, ...lostProblems, "bad_query", ...problems],
  };
}

const status = (words: string) => json({ type: "object", properties: { status: { const: words } } });
const stopping = json({ type: "object", properties: { stopping: { const: true } } });

export const otherOperations: Record<string, Operation> = {
  "POST /ojob": compatible("runOjob", "an oJob, YAML or JSON", ojobProblems),
  "POST /yaml": compatible("runYaml", "an oJob in YAML", ojobProblems),
  "POST /json": compatible("runJson", "an oJob in JSON", ojobProblems),
  "POST /run": compatible("runFile", "the job of the run folder whose path the body is", pathProblems),
  "GET /v1/nodes": {
    id: "listNodes",
    tag: "nodes",
    summary: "Lists the nodes of the cluster as this node sees them, including itself",
    replies: { 200: { description: "The nodes", content: json(ref("Nodes")) } },
  },
  "POST /v1/nodes": {
    id: "addNode",
    tag: "nodes",
    summary: "Adds a node",
    body: {
      description: "Address of the node",
      content: json({
        type: "object",
        properties: { host: { type: "string" }, port: { type: "integer", minimum: 1, maximum: 65_535 } },
        required: ["host", "port"],
      }),
    },
    replies: { 200: { description: "All nodes", content: json(ref("Nodes")) } },
    problems: [
      "empty_body",
      "bad_json",
      "bad_field",
      "unknown_field",
      "no_cluster",
      "peer_refused",
      "peer_unreachable",
    ],
  },
  "GET /v1/node/memory": {
    id: "getMemory",
    tag: "nodes",
    summary: "Returns the JavaScript heap of the node process, in bytes",
    replies: {
      200: {
        description: "Limit of the heap, size allocated from the system, and its used and free parts",
        content: json({
          type: "object",
          properties: Object.fromEntries(["max", "total", "used", "free"].map((name) => [name, { type: "integer" }])),
          required: ["max", "total", "used", "free"],
        }),
      },
    },
  },
  "POST /v1/node/stop": {
    id: "stopNode",
    tag: "nodes",
    summary: "Stops the node after the reply",
    replies: { 202: { description: "The node stops; its runs may finish within KILLGRACE", content: stopping } },
  },
  "POST /v1/cluster/stop": {
    id: "stopCluster",
    tag: "nodes",
    summary: "Stops all nodes of the cluster",
    replies: {
      202: { description: "The nodes stop; `failed` lists those that could not be stopped", content: stopping },
    },
  },
  "GET /metrics": {
    id: "getMetrics",
    tag: "health",
    summary: "Returns the metrics of the node in the Prometheus format",
    replies: { 200: { description: "Text exposition format", content: text() } },
  },
  "GET /healthz": {
    id: "isAlive",
    tag: "health",
    summary: "Checks whether the process is alive",
    replies: { 200: { description: "The process is alive", content: status("ok") } },
    isOpen: true,
  },
  "GET /readyz": {
    id: "isReady",
    tag: "health",
    summary: "Checks whether the node accepts runs",
    replies: {
      200: {
        description: "The node accepts runs; `warnings` lists what slows it down",
        content: json({
          type: "object",
          properties: { status: { const: "ready" }, warnings: { type: "array", items: { type: "string" } } },
        }),
      },
    },
    problems: ["not_ready"],
    isOpen: true,
  },
  "GET /openapi.json": {
    id: "getApi",
    tag: "health",
    summary: "This document",
    replies: { 200: { description: "OpenAPI 3.1", content: json({ type: "object" }) } },
    isOpen: true,
  },
};
