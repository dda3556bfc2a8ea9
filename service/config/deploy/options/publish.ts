import type { DeploySpec } from "../deploy-spec.js";
import { dnsName, secretName, taggedImagePattern } from "../patterns.js";

/** Access of clients to the nodes. */
export const publish = {
  "publish.type": {
    type: "choice",
    choices: ["loadbalancer", "clusterip", "ingress"],
    spellings: ["LoadBalancer", "ClusterIP", "Ingress"],
    default: "loadbalancer",
    help: "Exposure of the nodes: loadbalancer publishes their port, clusterip limits access to services in the cluster, ingress puts the nodes behind a host name.",
  },
  "publish.port": {
    type: "integer",
    default: ({ config }) => config.PORT,
    defaultText: "PORT",
    min: 1,
    max: 65535,
    help: "Port of the service for clients.",
  },
  "publish.host": {
    type: "text",
    pattern: dnsName,
    help: "Host name of the service, for publish.type ingress.",
  },
  "publish.tlsSecret": {
    type: "text",
    pattern: secretName,
    help: "Existing secret with the certificate of publish.host; without it the ingress uses plain HTTP.",
  },
  "publish.ingressClass": {
    type: "text",
    pattern: dnsName,
    help: "Class of the ingress; without it the cluster default applies.",
  },
  "balancer.enabled": {
    type: "boolean",
    default: true,
    help: "On Compose, a balancer listens on the port and follows scaling; without it each node has its own port, from publish.port up.",
  },
  "balancer.image": {
    type: "text",
    default: "haproxy:3.0.10-alpine",
    pattern: taggedImagePattern,
    help: "Image of the balancer: HAProxy 2.6 or later, with wget.",
  },
} as const satisfies Record<string, DeploySpec>;
