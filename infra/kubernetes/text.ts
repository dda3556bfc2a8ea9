import { writeDocuments } from "../document.js";
import { keyFileHint, type Plan, pathFrom } from "../plan.js";
import { kubernetesObjects } from "./chart.js";

/**
 * The Kubernetes manifest as text.
 * @param folder the file will be in
 */
export function kubernetesText(plan: Plan, folder: string): string {
  const { name, port, isPublished, storage } = plan.deploy;
  const file = `${name}.k8s.yaml`;
  const selector = `-l app.kubernetes.io/instance=${name}`;
  const prepare = plan.secrets.flatMap((secret) => {
    const create = `kubectl create secret generic ${secret.name} --from-file=${secret.option}=`;
    return secret.isExisting
      ? [`${create}FILE`]
      : [keyFileHint(secret, folder), `${create}${pathFrom(folder, secret.file!)}`];
  });
  const header = [
    `Kubernetes objects of ${name}, made by \`npm run synth\`: change the config file, not this one.`,
    ...prepare.map((command) => `before:  ${command}`),
    `apply:   kubectl apply -f ${file}`,
    `look at: kubectl get pods,services ${selector}; kubectl logs ${selector}`,
    `remove:  kubectl delete -f ${file}`,
    isPublished
      ? `reach:   http://ADDRESS:${port}, with the external address of service ${name}`
      : `reach:   kubectl port-forward service/${name} ${port}`,
    ...(storage.kind === "volume" ? [`Removing deletes the claim ${storage.name} and with it the work folder.`] : []),
    ...(storage.kind === "host"
      ? [`${storage.path} has to be there on each machine, with user 1000 as its owner.`]
      : []),
  ];
  return writeDocuments(header, kubernetesObjects(plan));
}
