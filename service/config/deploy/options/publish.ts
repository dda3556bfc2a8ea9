import type { DeploySpec } from "../option.js";
import { dnsName, secretName, taggedImagePattern } from "../patterns.js";

/** How clients reach the nodes. */
export const publish = {
  "publish.type": {
    type: "choice",
    choices: ["loadbalancer", "clusterip", "ingress"],
    spellings: ["LoadBalancer", "ClusterIP", "Ingress"],
    default: "loadbalancer",
    help: "Who reaches the nodes: loadbalancer publishes their port, clusterip leaves them to services beside them, ingress puts them behind a host name.",
  },
  "publish.port": {
    type: "integer",
    default: ({ config }) => config.PORT,
    defaultText: "PORT",
    min: 1,
    max: 65535,
    help: "Port clients reach the service at.",
  },
  "publish.host": {
    type: "text",
    pattern: dnsName,
    help: "Host name of the service, for publish.type ingress.",
  },
  "publish.tlsSecret": {
    type: "text",
    pattern: secretName,
    help: "Existing secret with the certificate of publish.host; without it the ingress speaks plain HTTP.",
  },
  "publish.ingressClass": {
    type: "text",
    pattern: dnsName,
    help: "Class of the ingress; without it the cluster's own default.",
  },
  "balancer.enabled": {
    type: "boolean",
    default: true,
    help: "On Compose, a balancer takes the port and follows scaling; without it each node has a port of its own from publish.port on.",
  },
  "balancer.image": {
    type: "text",
    default: "haproxy:3.0.10-alpine",
    pattern: taggedImagePattern,
    help: "Image of the balancer: HAProxy 2.6 or later, with wget.",
  },
} as const satisfies Record<string, DeploySpec>;
