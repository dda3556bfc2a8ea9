import { deployNames, deployOptions, deployStructures } from "../deploy/deploy-options.js";
import type { DeploySpec } from "../deploy/deploy-spec.js";
import { cpuPattern } from "../deploy/patterns.js";
import { typeOf } from "./type-schema.js";

interface MapSchema {
  type: "object";
  additionalProperties: false;
  properties: Record<string, object>;
}

/** JSON Schema of the deployment section. */
export function deploySchema(): object {
  const root = emptyMap();
  for (const name of deployNames) {
    const keys = name.split(".");
    const last = keys.pop()!;
    let map = root;
    for (const key of keys) map = (map.properties[key] ??= emptyMap()) as MapSchema;
    const structure = deployStructures[name];
    map.properties[last] =
      structure === undefined ? property(deployOptions[name]!) : { description: structure.help, ...structure.schema };
  }
  return { description: "Entries for `npm run synth`, which writes manifests from them and the options.", ...root };
}

function property(spec: DeploySpec): object {
  const isPlain = spec.default !== undefined && typeof spec.default !== "function";
  const description = spec.defaultText ? `${spec.help} Default: ${spec.defaultText}.` : spec.help;
  // CPUs are written as numbers, too.
  const type = spec.pattern === cpuPattern ? { type: ["number", "string"] } : {};
  const choices = spec.spellings === undefined ? {} : { enum: [...spec.choices!, ...spec.spellings] };
  return { description, ...typeOf(spec), ...type, ...choices, ...(isPlain ? { default: spec.default } : {}) };
}

function emptyMap(): MapSchema {
  return { type: "object", additionalProperties: false, properties: {} };
}
