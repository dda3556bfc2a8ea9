import type { OptionName } from "../schema.js";
import { milliCpus } from "./option.js";
import { secretOptions } from "./options.js";
import type { DeployValues } from "./read.js";

/** CPU in thousandths, memory in bytes. */
export interface Resources {
  milliCpus: number;
  memoryBytes: number;
}

/** Where the work folder is. */
export type Storage =
  | { kind: "ephemeral"; sizeBytes: number }
  | {
      kind: "volume";
      name: string;
      sizeBytes: number;
      storageClass?: string;
      access: "ReadWriteOnce" | "ReadWriteMany";
    }
  | { kind: "host"; path: string };

/** Where the value of a secret option comes from; at least one of the two is there. */
export interface SecretSource {
  option: OptionName;
  /** An existing secret. */
  name?: string;
  /** Absolute. */
  file?: string;
}

/** The settled deployment section. */
export interface Deploy {
  name: string;
  image: string;
  tag: string;
  replicas: number;
  /** Whether the port is published. */
  isPublished: boolean;
  port: number;
  requests: Resources;
  limits: Resources;
  storage: Storage;
  secrets: SecretSource[];
}

/** The settled entries as one object. */
export function makeDeploy({ values }: DeployValues): Deploy {
  const text = (name: string) => values.get(name) as string;
  const number = (name: string) => values.get(name) as number;
  const resources = (name: string): Resources => ({
    milliCpus: milliCpus(text(`resources.${name}.cpu`)),
    memoryBytes: number(`resources.${name}.memory`),
  });
  return {
    name: text("name"),
    image: text("image"),
    tag: text("tag"),
    replicas: number("replicas"),
    isPublished: text("service") === "loadbalancer",
    port: number("port"),
    requests: resources("requests"),
    limits: resources("limits"),
    storage: makeStorage(values),
    secrets: secretOptions
      .map((option) => ({
        option,
        name: values.get(`secrets.${option}.name`) as string | undefined,
        file: values.get(`secrets.${option}.file`) as string | undefined,
      }))
      .filter(({ name, file }) => name !== undefined || file !== undefined),
  };
}

function makeStorage(values: DeployValues["values"]): Storage {
  const sizeBytes = values.get("storage.size") as number;
  switch (values.get("storage.kind")) {
    case "host":
      return { kind: "host", path: values.get("storage.path") as string };
    case "volume":
      return {
        kind: "volume",
        name: values.get("storage.name") as string,
        sizeBytes,
        storageClass: values.get("storage.class") as string | undefined,
        access: values.get("storage.access") === "readwritemany" ? "ReadWriteMany" : "ReadWriteOnce",
      };
    default:
      return { kind: "ephemeral", sizeBytes };
  }
}
