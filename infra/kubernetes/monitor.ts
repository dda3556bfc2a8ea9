import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import type { Plan } from "../deployment-plan.js";
import { metadataOf, selectorOf } from "./object-parts.js";
import { PUBLIC_LABEL } from "./services.js";

/** The monitor that announces the nodes' metrics to the Prometheus operator. */
export function addMonitor(scope: Construct, plan: Plan): void {
  const { name, monitorSeconds } = plan.deploy;
  if (monitorSeconds === undefined) return;
  const key = plan.secrets.find(({ option }) => option === "APIKEY");
  new ApiObject(scope, "monitor", {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: metadataOf(plan, name, "node"),
    spec: {
      selector: { matchLabels: { ...selectorOf(plan, "node"), [PUBLIC_LABEL]: "public" } },
      endpoints: [
        {
          port: "http",
          path: "/metrics",
          interval: `${monitorSeconds}s`,
          authorization: key === undefined ? undefined : { credentials: { name: key.name, key: key.option } },
        },
      ],
    },
  });
}
