import { JsonPatch } from "cdk8s";
import { ConfigError } from "../service/config/config-error.js";
import { full, type ObjectPatch, type Patch, type PatchOperation } from "../service/config/deploy/index.js";

type Document = Record<string, unknown>;

/**
 * A document with a patch of the deployment section applied.
 * @param name dotted name of the patch, for the message when it does not fit
 * @throws ConfigError when an operation finds nothing at its path
 */
export function patched<T extends object>(document: T, patch: Patch | undefined, name: string): T {
  if (patch === undefined) return document;
  if (!Array.isArray(patch)) return merge(document, patch) as T;
  try {
    return JsonPatch.apply(document, ...patch.map(operationOf));
  } catch (error) {
    throw new ConfigError([`${full(name)}: ${(error as Error).message.split("\n")[0]}; does its path exist?`]);
  }
}

/**
 * Kubernetes objects with their patches applied.
 * @throws ConfigError when a patch is for no object, or for several
 */
export function patchedObjects(objects: Document[], patches: readonly ObjectPatch[]): Document[] {
  const result = [...objects];
  for (const [index, { kind, name, patch }] of patches.entries()) {
    const fitting = result.filter((object) => object.kind === kind && (name === undefined || nameOf(object) === name));
    const path = `patches.kubernetes[${index}]`;
    if (fitting.length !== 1) throw new ConfigError([notOne(path, { kind, name }, fitting, objects)]);
    result[result.indexOf(fitting[0]!)] = patched(fitting[0]!, patch, path);
  }
  return result;
}

function operationOf({ op, path, from, value }: PatchOperation): JsonPatch {
  switch (op) {
    case "remove":
      return JsonPatch.remove(path);
    case "move":
    case "copy":
      return JsonPatch[op](from!, path);
    default:
      return JsonPatch[op](path, value);
  }
}

/** JSON Merge Patch (RFC 7386): maps are merged, null removes, all else replaces. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Document = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

function notOne(
  path: string,
  { kind, name }: Omit<ObjectPatch, "patch">,
  fitting: readonly Document[],
  objects: readonly Document[],
): string {
  if (fitting.length > 1)
    return `${full(path)}: there are ${fitting.length} objects of kind ${kind}: ${fitting.map(nameOf).join(", ")}; choose one with name`;
  const there = objects.map((object) => `${object.kind} ${nameOf(object)}`).join(", ");
  return `${full(path)}: there is no ${[kind, name].filter(Boolean).join(" ")}; there are ${there}`;
}

function nameOf(object: Document): string {
  return String((object.metadata as Document).name);
}

function isMap(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
