import type { QueueName } from "../queues/index.js";
import type { OptionName } from "../schema.js";
import { secretOptions } from "./deploy-options.js";
import { milliCpus } from "./deploy-spec.js";
import { type Patches, patchesOf } from "./options/patches.js";
import type { Toleration } from "./options/place.js";
import type { DeployValues } from "./read-deployment.js";

/** CPU in thousandths, memory in bytes. */
export interface Resources {
  milliCpus: number;
  memoryBytes: number;
}

/** A volume, or one for each node. */
export interface VolumeStorage {
  kind: "volume";
  name: string;
  isShared: boolean;
  sizeBytes: number;
  storageClass?: string;
  access: "ReadWriteOnce" | "ReadWriteMany";
  driver?: string;
  driverOptions?: Record<string, string>;
}

/** Storage of the work folder. */
export type Storage = { kind: "ephemeral"; sizeBytes: number } | VolumeStorage | { kind: "host"; path: string };

/** Source of the value of a secret option: an existing secret, or a file. */
export interface SecretSource {
  option: OptionName;
  /** An existing secret. */
  name?: string;
  /** Absolute. */
  file?: string;
  /** The file is created when it is missing. */
  isGenerated: boolean;
}

/** The queue that all nodes share. */
export interface Queue {
  kind: QueueName;
  /** Left out: it is deployed beside the nodes. */
  host?: string;
  port: number;
  image: string;
  sizeBytes: number;
}

/** The settled deployment section. */
export interface Deploy {
  name: string;
  image: string;
  tag: string;
  pullSecret?: string;
  replicas: number;
  /** Undefined: `replicas` is the number of nodes. */
  autoscaling?: { min: number; max: number; cpuPercent?: number; backlog?: number };
  /** Most nodes that are away at a time because machines are drained; undefined: no limit. */
  mostUnavailable?: number;
  update: { isRolling: boolean; surge: number; unavailable: number };
  publish: {
    type: "loadbalancer" | "clusterip" | "ingress";
    port: number;
    host?: string;
    tlsSecret?: string;
    ingressClass?: string;
    annotations?: Record<string, string>;
  };
  /** Image of the balancer; undefined: there is none. */
  balancerImage?: string;
  requests: Resources;
  limits: Resources;
  storage: Storage;
  secrets: SecretSource[];
  embedSecrets: boolean;
  queue?: Queue;
  /** Port of the page that shows the work folder; undefined: there is none. */
  browserPort?: number;
  /** Interval of metrics scrapes, s; undefined: metrics are not announced. */
  monitorSeconds?: number;
  network: { hasPolicy: boolean; isClosed: boolean };
  env: Record<string, string>;
  labels: Record<string, string>;
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
  patches: Patches;
}

/**
 * The settled entries as one object.
 * @param keyFile file of a generated secret
 */
export function makeDeploy({ values, structures }: DeployValues, keyFile: (option: OptionName) => string): Deploy {
  const text = (name: string) => values.get(name) as string;
  const optional = (name: string) => values.get(name) as string | undefined;
  const number = (name: string) => values.get(name) as number;
  const when = <T>(name: string, value: T) => (values.get(name) === true ? value : undefined);
  const map = (name: string) => structures.get(name) as Record<string, string> | undefined;
  const resources = (name: string): Resources => ({
    milliCpus: milliCpus(text(`resources.${name}.cpu`)),
    memoryBytes: number(`resources.${name}.memory`),
  });
  return {
    name: text("name"),
    image: text("image"),
    tag: text("tag"),
    pullSecret: optional("pullSecret"),
    replicas: number("replicas"),
    autoscaling: values.has("autoscaling.max")
      ? {
          min: number("autoscaling.min"),
          max: number("autoscaling.max"),
          cpuPercent: number("autoscaling.cpu"),
          backlog: number("autoscaling.backlog"),
        }
      : undefined,
    mostUnavailable: when("disruption.budget", number("disruption.unavailable")),
    update: {
      isRolling: text("update.strategy") === "rolling",
      surge: number("update.surge"),
      unavailable: number("update.unavailable"),
    },
    publish: {
      type: text("publish.type") as Deploy["publish"]["type"],
      port: number("publish.port"),
      host: optional("publish.host"),
      tlsSecret: optional("publish.tlsSecret"),
      ingressClass: optional("publish.ingressClass"),
      annotations: map("publish.annotations"),
    },
    balancerImage: when("balancer.enabled", text("balancer.image")),
    requests: resources("requests"),
    limits: resources("limits"),
    storage: makeStorage(values, map("storage.driverOptions")),
    secrets: makeSecrets(values, keyFile),
    embedSecrets: values.get("secrets.embed") === true,
    queue:
      text("queue.kind") === "none"
        ? undefined
        : {
            kind: text("queue.kind") as QueueName,
            host: optional("queue.host"),
            port: number("queue.port"),
            image: text("queue.image"),
            sizeBytes: number("queue.size"),
          },
    browserPort: when("browser.enabled", number("browser.port")),
    monitorSeconds: when("monitoring.serviceMonitor", number("monitoring.interval")),
    network: { hasPolicy: values.get("network.policy") === true, isClosed: text("network.egress") === "closed" },
    env: map("env") ?? {},
    labels: map("labels") ?? {},
    nodeSelector: map("nodeSelector"),
    tolerations: structures.get("tolerations") as Toleration[] | undefined,
    patches: patchesOf(structures),
  };
}

function makeSecrets(values: DeployValues["values"], keyFile: (option: OptionName) => string): SecretSource[] {
  return secretOptions
    .map((option) => {
      const isGenerated = values.get(`secrets.${option}.generate`) === true;
      const file = values.get(`secrets.${option}.file`) as string | undefined;
      const name = values.get(`secrets.${option}.name`) as string | undefined;
      return { option, name, file: isGenerated ? keyFile(option) : file, isGenerated };
    })
    .filter(({ name, file }) => name !== undefined || file !== undefined);
}

function makeStorage(values: DeployValues["values"], driverOptions: Record<string, string> | undefined): Storage {
  const sizeBytes = values.get("storage.size") as number;
  switch (values.get("storage.kind")) {
    case "host":
      return { kind: "host", path: values.get("storage.path") as string };
    case "volume":
      return {
        kind: "volume",
        name: values.get("storage.name") as string,
        isShared: values.get("storage.shared") === true,
        sizeBytes,
        storageClass: values.get("storage.class") as string | undefined,
        access: values.get("storage.access") === "readwritemany" ? "ReadWriteMany" : "ReadWriteOnce",
        driver: values.get("storage.driver") as string | undefined,
        driverOptions,
      };
    default:
      return { kind: "ephemeral", sizeBytes };
  }
}
