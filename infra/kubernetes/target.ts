import { full } from "../../service/config/deploy/index.js";
import type { DeployTarget } from "../deploy-target.js";
import type { Plan } from "../deployment-plan.js";
import type { SynthFile } from "../document.js";
import { kubernetesSecretsText, kubernetesText } from "./text.js";

/** Objects for `kubectl apply`. */
export const kubernetes: DeployTarget = {
  files(plan, folder) {
    const { name, embedSecrets } = plan.deploy;
    const files: SynthFile[] = [{ path: `kubernetes/${name}.k8s.yaml`, text: kubernetesText(plan, folder) }];
    if (embedSecrets && plan.secrets.some(({ isExisting }) => !isExisting)) {
      files.push({ path: `kubernetes/${name}.secrets.k8s.yaml`, text: kubernetesSecretsText(plan), isSecret: true });
    }
    return files;
  },

  inexpressible: {
    balancer: "its Services balance the load",
    "storage.driver": "its volumes come from a storage class",
    "storage.driverOptions": "its volumes come from a storage class",
  },

  warnings({ deploy: { storage }, given }: Plan, cannot) {
    if (storage.kind === "host") {
      return [
        `${full("storage.kind")}: host is rejected by kubernetes in namespaces that enforce baseline or restricted Pod Security`,
      ];
    }
    if (storage.kind !== "volume" || storage.isShared) return [];
    const why = "nodes with their own volumes are replaced one after the other, the old one stopping first";
    const entries = ["update.strategy", "update.surge", "update.unavailable"].filter((name) => given.has(name));
    return entries.map((name) => cannot(name, why));
  },
};
