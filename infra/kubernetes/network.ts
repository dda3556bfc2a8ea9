import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import { hasOwnQueue, type Plan } from "../deployment-plan.js";
import { type Component, metadataOf, portOf, selectorOf } from "./object-parts.js";

/** Addresses at which clouds give credentials to any caller from inside (IPv4 and IPv6). */
const METADATA_SERVERS = ["169.254.169.254/32", "fd00:ec2::254/128"] as const;

/** Allowed traffic: clients to the nodes, nodes to each other and to the queue, and the remaining egress for jobs. */
export function addNetworkPolicies(scope: Construct, plan: Plan): void {
  const { deploy, names, port } = plan;
  if (!deploy.network.hasPolicy) return;
  new k8s.KubeNetworkPolicy(scope, "policy", {
    metadata: metadataOf(plan, deploy.name, "node"),
    spec: {
      podSelector: { matchLabels: selectorOf(plan, "node") },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: [pods(plan, "node")], ports: [tcp(port)] },
        // A load balancer may keep the addresses of its clients: they are not known.
        { from: deploy.publish.type === "loadbalancer" ? undefined : [anyPod], ports: [tcp(port)] },
      ],
      egress: [
        { to: [pods(plan, "node")], ports: [tcp(port)] },
        // Without a receiver: DNS caches listen on addresses of the machine.
        { ports: [{ protocol: "UDP", port: portOf(53) }, tcp(53)] },
        ...queueRules(plan),
        ...(deploy.network.isClosed ? [] : [{ to: outside() }]),
      ],
    },
  });
  if (hasOwnQueue(plan)) {
    addInner(scope, plan, "queue", names.queue, deploy.queue!.port, [pods(plan, "node")]);
  }
  if (deploy.browserPort !== undefined) {
    addInner(scope, plan, "browser", names.browser, deploy.browserPort, [anyPod]);
  }
}

/** Pods that only receive requests. */
function addInner(
  scope: Construct,
  plan: Plan,
  component: Component,
  name: string,
  port: number,
  from: k8s.NetworkPolicyPeer[],
): void {
  new k8s.KubeNetworkPolicy(scope, `${component}-policy`, {
    metadata: metadataOf(plan, name, component),
    spec: {
      podSelector: { matchLabels: selectorOf(plan, component) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from, ports: [tcp(port)] }],
      egress: [],
    },
  });
}

function queueRules(plan: Plan): k8s.NetworkPolicyEgressRule[] {
  const { queue } = plan.deploy;
  if (queue === undefined) return [];
  return [{ to: hasOwnQueue(plan) ? [pods(plan, "queue")] : undefined, ports: [tcp(queue.port)] }];
}

function outside(): k8s.NetworkPolicyPeer[] {
  const [v4, v6] = METADATA_SERVERS;
  return [{ ipBlock: { cidr: "0.0.0.0/0", except: [v4] } }, { ipBlock: { cidr: "::/0", except: [v6] } }];
}

const anyPod: k8s.NetworkPolicyPeer = { namespaceSelector: {} };

function pods(plan: Plan, component: Component): k8s.NetworkPolicyPeer {
  return { podSelector: { matchLabels: selectorOf(plan, component) } };
}

function tcp(port: number): k8s.NetworkPolicyPort {
  return { protocol: "TCP", port: portOf(port) };
}
