import type { DeployTarget } from "../infra/deploy-target.js";
import { unreadableWarning } from "../infra/secret-file.js";
import { composeFiles } from "./text.js";

const PUBLISHED = "its port is published; put a proxy in front of it";

/** Files for `docker compose up`. */
export const compose: DeployTarget = {
  files: composeFiles,

  inexpressible: {
    pullSecret: "log in to the registry",
    autoscaling: "it has no autoscaling; use up -d --scale",
    disruption: "it runs on one machine",
    update: "it replaces containers by stopping the old one first",
    "publish.host": PUBLISHED,
    "publish.tlsSecret": PUBLISHED,
    "publish.ingressClass": PUBLISHED,
    "publish.annotations": "it has only labels",
    "storage.class": "its volumes use storage.driver",
    "storage.access": "it runs on one machine",
    "storage.size": "its volumes have no size",
    "secrets.embed": "its secrets come from files",
    "queue.size": "its volumes have no size",
    monitoring: "Prometheus finds containers by docker_sd_configs",
    network: "its networks have no policies",
    nodeSelector: "it runs on one machine",
    tolerations: "it runs on one machine",
  },

  warnings({ deploy: { publish, storage }, secrets }, cannot) {
    const warnings: string[] = [];
    if (publish.type === "ingress") warnings.push(cannot("publish.type", PUBLISHED));
    if (storage.kind === "volume" && !storage.isShared) {
      warnings.push(cannot("storage.shared", "each container has an anonymous volume, which is removed with it"));
    }
    for (const { option, name, isExisting } of secrets) {
      if (!isExisting) continue;
      warnings.push(cannot(`secrets.${option}.name`, `it has no secret store; put the content into compose/${name}`));
    }
    // Its containers see the files themselves.
    const unreadable = secrets.map(unreadableWarning).filter((warning) => warning !== undefined);
    return [...warnings, ...unreadable];
  },
};
