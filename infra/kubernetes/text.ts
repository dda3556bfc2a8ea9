import { writeDocuments } from "../document.js";
import { type Plan, pathFrom } from "../plan.js";
import { keyFileHint, readSecret } from "../secret-file.js";
import { kubernetesObjects } from "./chart.js";
import { hasOwnVolumes } from "./nodes.js";
import { metadataOf } from "./values.js";

/**
 * The Kubernetes manifest as text.
 * @param folder the file will be in
 */
export function kubernetesText(plan: Plan, folder: string): string {
  const { name, embedSecrets } = plan.deploy;
  const file = `${name}.k8s.yaml`;
  const selector = `-l app.kubernetes.io/instance=${name}`;
  const before = embedSecrets ? [`kubectl apply -f ${name}.secrets.k8s.yaml`] : secretCommands(plan, folder);
  const header = [
    `Kubernetes objects of ${name}, made by \`rojob synth\`: change the config file, not this one.`,
    ...before.map((command) => `before:  ${command}`),
    `apply:   kubectl apply -f ${file}`,
    `look at: kubectl get pods,services ${selector}; kubectl logs ${selector},app.kubernetes.io/component=node --prefix`,
    `remove:  kubectl delete -f ${file}`,
    `reach:   ${reach(plan)}`,
    ...notes(plan),
  ];
  return writeDocuments(header, kubernetesObjects(plan));
}

/**
 * The secrets with their values, as a manifest of its own.
 * @throws ConfigError when a file cannot be read
 */
export function kubernetesSecretsText(plan: Plan): string {
  const { name } = plan.deploy;
  const header = [
    `Secrets of ${name} with their values, made by \`rojob synth\` because of deploy.secrets.embed: keep it to yourself.`,
    `apply:   kubectl apply -f ${name}.secrets.k8s.yaml`,
    `look at: kubectl get secrets -l app.kubernetes.io/instance=${name}`,
    `remove:  kubectl delete -f ${name}.secrets.k8s.yaml`,
  ];
  const objects = plan.secrets
    .filter(({ isExisting }) => !isExisting)
    .map((secret) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadataOf(plan, secret.name, "node"),
      type: "Opaque",
      stringData: { [secret.option]: readSecret(secret) },
    }));
  return writeDocuments(header, objects);
}

/** What makes the secrets, as far as the manifests do not. */
function secretCommands({ secrets }: Plan, folder: string): string[] {
  return secrets.flatMap((secret) => {
    const create = `kubectl create secret generic ${secret.name} --from-file=${secret.option}=`;
    if (secret.isExisting) return [`${create}FILE`];
    const path = pathFrom(folder, secret.file!);
    return [keyFileHint(secret, path), `${create}${path}`].filter((command) => command !== undefined);
  });
}

function reach({ deploy: { name, publish } }: Plan): string {
  switch (publish.type) {
    case "loadbalancer":
      return `http://ADDRESS:${publish.port}, with the external address of service ${name}`;
    case "ingress":
      return `${publish.tlsSecret === undefined ? "http" : "https"}://${publish.host}/`;
    default:
      return `http://${name}:${publish.port} from pods; kubectl port-forward service/${name} ${publish.port}`;
  }
}

function notes(plan: Plan): string[] {
  const { name, storage, browserPort, queue } = plan.deploy;
  const lines: string[] = [];
  if (browserPort !== undefined) {
    lines.push(`browse:  kubectl port-forward service/${plan.names.browser} ${browserPort}`);
  }
  if (hasOwnVolumes(plan) || (queue !== undefined && queue.host === undefined)) {
    lines.push(`Claims of single pods stay: kubectl delete pvc -l app.kubernetes.io/instance=${name}`);
  }
  if (storage.kind === "volume" && storage.isShared) {
    lines.push(`Removing deletes the claim ${storage.name} and with it the work folder.`);
  }
  if (storage.kind === "host") {
    lines.push(`${storage.path} has to be there on each machine, with user 1000 as its owner.`);
  }
  return lines;
}
