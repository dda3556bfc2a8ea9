import { queueTypes } from "../../config/queues/index.js";
import { json, type Operation, ref } from "./operation.js";

const uuid = {
  name: "uuid",
  in: "path",
  description: "Id of the run",
  schema: { type: "string" },
} as const;

const whole = { type: "integer" };

export const queueOperations: Record<string, Operation> = {
  "GET /v1/queue": {
    id: "getQueue",
    tag: "runs",
    summary: "Returns the queue of asynchronous runs and its length",
    replies: {
      200: {
        description: "The queue; `trouble` is the reason why it accepts no runs",
        content: json({
          type: "object",
          properties: {
            kind: { enum: ["spool", ...queueTypes] },
            trouble: { type: ["string", "null"] },
            waiting: whole,
            running: whole,
            oldestWaitingMs: { type: "number" },
            ended: { type: "object", additionalProperties: whole },
            redeliveries: whole,
          },
        }),
      },
    },
    problems: ["queue_unavailable"],
  },
  "POST /v1/queue/purge": {
    id: "purgeQueue",
    tag: "runs",
    summary: "Kills all waiting runs, or removes failed and interrupted runs",
    body: {
      description: "Runs to kill or remove",
      content: json({ type: "object", properties: { what: { enum: ["waiting", "dead"] } }, required: ["what"] }),
    },
    replies: {
      200: { description: "Number of runs", content: json({ type: "object", properties: { purged: whole } }) },
    },
    problems: ["empty_body", "bad_json", "bad_field", "unknown_field", "queue_unavailable"],
  },
  "POST /v1/runs/{uuid}/retry": {
    id: "retryRun",
    tag: "runs",
    summary: "Resubmits a failed or interrupted run as a new run",
    parameters: [uuid],
    replies: { 202: { description: "The new run", content: json(ref("RunRecord")) } },
    problems: ["unknown_run", "not_retriable", "queue_unavailable"],
  },
};
