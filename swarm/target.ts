import type { DeployTarget } from "../infra/deploy-target.js";
import { swarmFiles } from "./text.js";

const PUBLISHED = "its port is published; put a proxy in front of it";

/** A stack for `docker stack deploy`. */
export const swarm: DeployTarget = {
  files: swarmFiles,

  inexpressible: {
    pullSecret: "log in to the registry, and add --with-registry-auth to docker stack deploy",
    autoscaling: "it has no autoscaling; use docker service scale",
    disruption: "docker node update drains machines, start-first",
    "publish.host": PUBLISHED,
    "publish.tlsSecret": PUBLISHED,
    "publish.ingressClass": PUBLISHED,
    "publish.annotations": "it has only labels",
    balancer: "its routing mesh balances the load",
    "storage.class": "its volumes use storage.driver",
    "storage.access": "its volumes use storage.driver",
    "storage.size": "its volumes have no size",
    "secrets.embed": "its secrets come from files",
    "queue.size": "its volumes have no size",
    monitoring: "Prometheus finds tasks by dockerswarm_sd_configs",
    network: "its networks have no policies",
    tolerations: "its machines have no taints",
  },

  warnings({ deploy: { publish, storage } }, cannot) {
    const warnings: string[] = [];
    if (publish.type === "ingress") warnings.push(cannot("publish.type", PUBLISHED));
    if (
      storage.kind === "volume" &&
      storage.isShared &&
      storage.driver === undefined &&
      storage.driverOptions === undefined
    ) {
      const why = "without a storage.driver for several machines each machine has its own volume";
      warnings.push(cannot("storage.shared", why, "true"));
    }
    return warnings;
  },
};
