import { Metrics } from "../metrics.js";
import { text } from "../openapi/parts.js";
import type { ClientRoute } from "../route.js";

/** Needs the key, as everything about runs does. */
const getMetrics: ClientRoute = {
  id: "getMetrics",
  method: "GET",
  path: "/metrics",
  access: "key",
  tag: "health",
  summary: "Returns the metrics of the node in the Prometheus format",
  replies: { 200: { description: "Text exposition format", content: text() } },
  examples: [{ summary: "Metrics", status: 200, reply: "# HELP rojob_up 1\n# TYPE rojob_up gauge\nrojob_up 1\n" }],
  handler(services) {
    const metrics = new Metrics(services);
    return async (_request, reply) => {
      const { type, text } = await metrics.read();
      return reply.type(type).header("cache-control", "no-store").send(text);
    };
  },
};

export const metricsRoutes = [getMetrics];
