import { WrongValue } from "../../parse-value.js";
import { findOption } from "../../sources/given.js";
import type { StructureSpec } from "../deploy-spec.js";
import { patches } from "./patches.js";

/** A toleration of a pod, as in Kubernetes. */
export interface Toleration {
  key?: string;
  operator?: "Exists" | "Equal";
  value?: string;
  effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  tolerationSeconds?: number;
}

const labelKey = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

const tolerationKeys: Record<keyof Toleration, readonly string[] | "text" | "seconds"> = {
  key: "text",
  operator: ["Exists", "Equal"],
  value: "text",
  effect: ["NoSchedule", "PreferNoSchedule", "NoExecute"],
  tolerationSeconds: "seconds",
};

/** Its entries that are maps and lists. */
export const structures = {
  env: {
    help: "Additional environment variables of the nodes, visible to jobs; options of the node belong at the top level.",
    schema: textMap(),
    read: (value) =>
      readTexts(value, (name) => {
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return "is not a variable name (letters, digits, underscores)";
        const option = findOption(name.replace(/_FILE$/i, ""));
        return option === undefined ? undefined : `sets the option ${option}; write it at the top level`;
      }),
  },
  labels: {
    help: "Labels of all deployed objects.",
    schema: textMap(),
    read: (value) =>
      readTexts(value, (key, text) => {
        if (!labelKey.test(key)) return "is not a label key like team or example.org/team";
        if (key.startsWith("app.kubernetes.io/")) return "is a label that synth sets; choose another";
        return labelValue.test(text)
          ? undefined
          : `${JSON.stringify(text)} is not a label value (at most 63 letters, digits, dots, dashes)`;
      }),
  },
  nodeSelector: {
    help: "Labels that a machine must have to run nodes.",
    schema: textMap(),
    read: (value) =>
      readTexts(value, (key, text) =>
        labelKey.test(key) && labelValue.test(text)
          ? undefined
          : `${JSON.stringify(text)} is not a label with its value`,
      ),
  },
  tolerations: {
    help: "Tolerations of the nodes, on Kubernetes: maps of key, operator, value, effect, tolerationSeconds.",
    isTyped: true,
    schema: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        properties: {
          key: { type: "string" },
          operator: { enum: tolerationKeys.operator },
          value: { type: "string" },
          effect: { enum: tolerationKeys.effect },
          tolerationSeconds: { type: "integer" },
        },
      },
    },
    read: readTolerations,
  },
  "publish.annotations": {
    help: "Annotations of the published Service or of the Ingress; clouds configure load balancers by them.",
    schema: textMap(),
    read: (value) => readTexts(value, (key) => (labelKey.test(key) ? undefined : "is not an annotation key")),
  },
  "storage.driverOptions": {
    help: "Options of storage.driver, or of the local driver: type, o and device of a shared file system.",
    schema: textMap(),
    read: (value) => readTexts(value, () => undefined),
  },
  ...patches,
} as const satisfies Record<string, StructureSpec>;

function textMap(): object {
  return { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } };
}

function readTexts(
  value: unknown,
  complaint: (key: string, text: string) => string | undefined,
): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WrongValue(": must be a map of texts");
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw new WrongValue(`.${key}: must be one value`);
    const problem = complaint(key, text);
    if (problem !== undefined) throw new WrongValue(`.${key}: ${problem}`);
  }
  return value as Record<string, string>;
}

function readTolerations(value: unknown): Toleration[] {
  if (!Array.isArray(value))
    throw new WrongValue(": must be a list of maps of key, operator, value, effect, tolerationSeconds");
  for (const [index, item] of value.entries()) {
    const at = `[${index}]`;
    if (typeof item !== "object" || item === null || Array.isArray(item)) throw new WrongValue(`${at}: must be a map`);
    for (const [key, entry] of Object.entries(item as Record<string, unknown>))
      checkToleration(`${at}.${key}`, key, entry);
    const { key, operator = "Equal", value: text } = item as Toleration;
    if (key === undefined && operator !== "Exists") {
      throw new WrongValue(`${at}: without a key, operator must be Exists, which tolerates every taint`);
    }
    if (operator === "Exists" && text !== undefined) throw new WrongValue(`${at}: operator Exists takes no value`);
  }
  return value as Toleration[];
}

function checkToleration(at: string, key: string, entry: unknown): void {
  const kind = Object.hasOwn(tolerationKeys, key) ? tolerationKeys[key as keyof Toleration] : undefined;
  if (kind === undefined)
    throw new WrongValue(`${at}: unknown key; valid keys are ${Object.keys(tolerationKeys).join(", ")}`);
  if (kind === "seconds" ? !Number.isInteger(entry) : typeof entry !== "string") {
    throw new WrongValue(`${at}: must be ${kind === "seconds" ? "a whole number of seconds" : "a text"}`);
  }
  if (Array.isArray(kind) && !kind.includes(entry as string)) {
    throw new WrongValue(`${at}: ${JSON.stringify(entry)} must be one of ${kind.join(", ")}`);
  }
}
