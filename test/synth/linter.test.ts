import { expect, test } from "vitest";
import { lintObjects } from "./linter.js";
import { documents, synth } from "./project.js";

const config =
  "deploy: { storage: { kind: volume, access: readwritemany }, publish: { type: ingress, host: a.example }, autoscaling: { max: 9 } }\n";

/** Findings of the linter when one thing is changed. */
function lintWith(kind: string, change: (object: any) => void, name?: string): string[] {
  const objects = documents(synth(config), "kubernetes");
  change(objects.find((object) => object.kind === kind && (name === undefined || object.metadata.name === name)));
  return lintObjects(objects);
}

const container = (object: any) => object.spec.template.spec.containers[0];

test.each<[string, string, (object: any) => void, string]>([
  ["a name that is none", "ConfigMap", (o) => (o.metadata.name = "A_b"), "ConfigMap A_b: is not a name"],
  ["a label that is none", "Ingress", (o) => (o.metadata.labels.a = "b c"), 'label a has the value "b c"'],
  [
    "a selector of other pods",
    "Deployment",
    (o) => (o.spec.selector.matchLabels.x = "y"),
    "selects other pods than it makes",
  ],
  ["a service of no pods", "Service", (o) => (o.spec.selector.x = "y"), "selects the pods of 0 workloads"],
  ["a budget of no pods", "PodDisruptionBudget", (o) => (o.spec.selector.matchLabels.x = "y"), "of 0 workloads"],
  [
    "a port no container has",
    "Service",
    (o) => (o.spec.ports[0].targetPort = "htp"),
    "leads to htp, which no container has",
  ],
  ["a probe of such a port", "Deployment", (o) => (container(o).readinessProbe.httpGet.port = "x"), "asks at port x"],
  ["no way to exchange pods", "Deployment", (o) => (o.spec.strategy.rollingUpdate.maxSurge = 0), "are both 0"],
  [
    "requests above limits",
    "Deployment",
    (o) => (container(o).resources.requests.cpu = "2500m"),
    "requests 2500m of cpu",
  ],
  ["a mount without a volume", "Deployment", (o) => (container(o).volumeMounts[0].name = "x"), "volume x is not there"],
  ["a claim that is missing", "PersistentVolumeClaim", (o) => (o.metadata.name = "x"), "claim rojob-work is not there"],
  ["a config map that is missing", "ConfigMap", (o) => (o.metadata.name = "x"), "config map rojob is not there"],
  [
    "an account that is missing",
    "ServiceAccount",
    (o) => (o.metadata.name = "x"),
    "service account rojob is not there",
  ],
  ["a number beside the autoscaler", "Deployment", (o) => (o.spec.replicas = 3), "has a number of its own"],
  [
    "an autoscaler of nothing",
    "HorizontalPodAutoscaler",
    (o) => (o.spec.scaleTargetRef.name = "x"),
    "Deployment x is not there",
  ],
  ["a variable twice", "Deployment", (o) => container(o).env.push({ name: "HOST" }), "a variable is there twice"],
])("the linter finds %s", (_what, kind, change, sentence) => {
  expect(lintWith(kind, change).join("\n")).toContain(sentence);
});

test("the linter finds an ingress to a port its service has not, and two objects of one name", () => {
  expect(lintWith("Service", (object) => (object.spec.ports[0].name = "x"), "rojob").join()).toContain(
    "has no such port",
  );
  const objects = documents(synth(), "kubernetes");
  expect(lintObjects([...objects, structuredClone(objects[0])]).join()).toContain(
    "ServiceAccount rojob: is there twice",
  );
});
