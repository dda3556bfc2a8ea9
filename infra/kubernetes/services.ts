import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { Plan } from "../deployment-plan.js";
import { metadataOf, portOf, selectorOf } from "./object-parts.js";

/** Label of the service for clients. */
export const PUBLIC_LABEL = "rojob/service";

/** Services: for peers to find each other, and for clients. */
export function addServices(scope: Construct, plan: Plan): void {
  const { deploy, names, port } = plan;
  const selector = selectorOf(plan, "node");
  new k8s.KubeService(scope, "peers", {
    metadata: metadataOf(plan, names.peers, "node"),
    spec: {
      clusterIp: "None",
      selector,
      // Starting nodes find those that start with them.
      publishNotReadyAddresses: true,
      ports: [{ name: "http", protocol: "TCP", port, targetPort: portOf("http") }],
    },
  });
  const { type, annotations } = deploy.publish;
  const isIngress = type === "ingress";
  const metadata = metadataOf(plan, deploy.name, "node");
  new k8s.KubeService(scope, "service", {
    metadata: {
      ...metadata,
      // Distinguishes it from the service of the peers: a monitor of all nodes selects one of the two.
      labels: { ...metadata.labels, [PUBLIC_LABEL]: "public" },
      annotations: isIngress ? undefined : annotations,
    },
    spec: {
      type: type === "loadbalancer" ? "LoadBalancer" : "ClusterIP",
      selector,
      ports: [{ name: "http", protocol: "TCP", port: deploy.publish.port, targetPort: portOf("http") }],
    },
  });
  if (isIngress) addIngress(scope, plan);
}

function addIngress(scope: Construct, plan: Plan): void {
  const { name, publish } = plan.deploy;
  const host = publish.host!;
  new k8s.KubeIngress(scope, "ingress", {
    metadata: { ...metadataOf(plan, name, "node"), annotations: publish.annotations },
    spec: {
      ingressClassName: publish.ingressClass,
      tls: publish.tlsSecret === undefined ? undefined : [{ hosts: [host], secretName: publish.tlsSecret }],
      rules: [
        {
          host,
          http: {
            paths: [{ path: "/", pathType: "Prefix", backend: { service: { name, port: { name: "http" } } } }],
          },
        },
      ],
    },
  });
}
