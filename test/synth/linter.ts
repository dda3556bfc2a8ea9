/**
 * Finds mistakes that API servers accept although nothing then works: names that are not names, selectors that select
 * nothing, broken references, amounts that contradict each other.
 * @returns one line each: kind, name, what is wrong
 */
export function lintObjects(objects: readonly any[]): string[] {
  const problems: string[] = [];
  for (const object of objects) {
    const say = (what: string) => problems.push(`${object.kind} ${object.metadata?.name}: ${what}`);
    checkName(object, objects, say);
    checkSelectors(object, objects, say);
    checkStrategy(object, say);
    const pod = object.spec?.template?.spec;
    if (pod !== undefined) checkPod(pod, object, objects, say);
    checkBackends(object, objects, say);
  }
  return problems;
}

type Say = (what: string) => void;

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const SERVICE_NAME = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function checkName(object: any, objects: readonly any[], say: Say): void {
  const { kind, metadata } = object;
  const pattern = kind === "Service" || kind === "StatefulSet" ? SERVICE_NAME : NAME;
  if (!pattern.test(metadata?.name ?? "")) say("is not a name");
  if (objects.some((other) => other !== object && other.kind === kind && other.metadata?.name === metadata?.name)) {
    say("is there twice");
  }
  for (const [key, value] of Object.entries(metadata?.labels ?? {})) {
    if (typeof value !== "string" || !/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/.test(value)) {
      say(`label ${key} has the value ${JSON.stringify(value)}`);
    }
  }
}

function includes(labels: any, selector: any): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);
}

const podLabels = (object: any) => object.spec?.template?.metadata?.labels;
const workloads = (objects: readonly any[]) => objects.filter((object) => podLabels(object) !== undefined);

function checkSelectors(object: any, objects: readonly any[], say: Say): void {
  const { kind, spec } = object;
  if (podLabels(object) !== undefined && !includes(podLabels(object), spec.selector?.matchLabels)) {
    say("selects other pods than it makes");
  }
  const selector = {
    Service: spec?.selector,
    PodDisruptionBudget: spec?.selector?.matchLabels,
    NetworkPolicy: spec?.podSelector?.matchLabels,
  }[kind as string];
  if (selector === undefined) return;
  const selected = workloads(objects).filter((workload) => includes(podLabels(workload), selector));
  if (selected.length !== 1) say(`selects the pods of ${selected.length} workloads`);
  if (kind === "Service" && selected.length === 1) checkServicePorts(object, selected[0], say);
}

function checkServicePorts(service: any, workload: any, say: Say): void {
  const ports = workload.spec.template.spec.containers.flatMap((container: any) => container.ports ?? []);
  for (const { targetPort, name } of service.spec.ports) {
    if (!ports.some((port: any) => port.name === targetPort || port.containerPort === targetPort)) {
      say(`port ${name} leads to ${targetPort}, which no container has`);
    }
  }
}

function checkStrategy({ spec }: any, say: Say): void {
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling !== undefined && [rolling.maxSurge, rolling.maxUnavailable].every((step) => parseInt(step, 10) === 0)) {
    say("maxSurge and maxUnavailable are both 0");
  }
}

function checkPod(pod: any, { spec }: any, objects: readonly any[], say: Say): void {
  const has = (kind: string, name: string) => objects.some((one) => one.kind === kind && one.metadata.name === name);
  if (pod.serviceAccountName !== undefined && !has("ServiceAccount", pod.serviceAccountName)) {
    say(`service account ${pod.serviceAccountName} is not there`);
  }
  const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }: any) => metadata.name);
  const volumes = [...claims, ...(pod.volumes ?? []).map(({ name }: any) => name)];
  if (new Set(volumes).size < volumes.length) say("two volumes have one name");
  for (const { configMap, persistentVolumeClaim: claim } of pod.volumes ?? []) {
    if (configMap !== undefined && !has("ConfigMap", configMap.name)) say(`config map ${configMap.name} is not there`);
    if (claim !== undefined && !has("PersistentVolumeClaim", claim.claimName))
      say(`claim ${claim.claimName} is not there`);
  }
  if (spec.serviceName !== undefined && !has("Service", spec.serviceName))
    say(`service ${spec.serviceName} is not there`);
  for (const container of pod.containers) checkContainer(container, volumes, say);
}

function checkContainer(container: any, volumes: readonly string[], say: Say): void {
  for (const { name } of container.volumeMounts ?? []) if (!volumes.includes(name)) say(`volume ${name} is not there`);
  const ports = (container.ports ?? []).map(({ name }: any) => name);
  for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
    const port = container[probe]?.httpGet?.port;
    if (typeof port === "string" && !ports.includes(port)) say(`${probe} asks at port ${port}, which is not there`);
  }
  const { requests = {}, limits = {} } = container.resources ?? {};
  for (const resource of Object.keys(requests)) {
    if (limits[resource] !== undefined && amount(requests[resource]) > amount(limits[resource])) {
      say(`requests ${requests[resource]} of ${resource} and is limited to ${limits[resource]}`);
    }
  }
  const names = (container.env ?? []).map(({ name }: any) => name);
  if (new Set(names).size < names.length) say("a variable is there twice");
}

function checkBackends({ kind, spec }: any, objects: readonly any[], say: Say): void {
  const target = spec?.scaleTargetRef;
  if (target !== undefined) {
    const found = objects.find((object) => object.kind === target.kind && object.metadata.name === target.name);
    if (found === undefined) say(`${target.kind} ${target.name} is not there`);
    else if (found.spec.replicas !== undefined) say(`${target.kind} ${target.name} has a number of its own`);
  }
  if (kind !== "Ingress") return;
  for (const { backend } of spec.rules.flatMap((rule: any) => rule.http.paths)) {
    const service = objects.find(
      (object) => object.kind === "Service" && object.metadata.name === backend.service.name,
    );
    const ports = (service?.spec.ports ?? []).map(({ name }: any) => name);
    if (!ports.includes(backend.service.port.name)) say(`service ${backend.service.name} has no such port`);
  }
}

/** A Kubernetes quantity as a number. */
export function amount(quantity: string | number): number {
  const [, digits, unit] = /^([\d.]+)([a-zA-Z]*)$/.exec(String(quantity))!;
  const factor = { m: 0.001, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 }[unit!] ?? 1;
  return Number(digits) * factor;
}
