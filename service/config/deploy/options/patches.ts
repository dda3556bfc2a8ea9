import { WrongValue } from "../../parse-value.js";
import type { StructureSpec } from "../deploy-spec.js";
import { type Target, targetNames, targets } from "../targets.js";

/** One operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  path: string;
  from?: string;
  value?: unknown;
}

/** A JSON Merge Patch (RFC 7386), or the operations of a JSON Patch (RFC 6902). */
export type Patch = Record<string, unknown> | PatchOperation[];

/** A patch of one Kubernetes object. */
export interface ObjectPatch {
  kind: string;
  /** Undefined: the only object of that kind. */
  name?: string;
  patch: Patch;
}

const operations = ["add", "remove", "replace", "move", "copy", "test"];
const patchSchema = {
  anyOf: [
    { type: "object" },
    {
      type: "array",
      items: {
        type: "object",
        required: ["op", "path"],
        additionalProperties: false,
        properties: { op: { enum: operations }, path: { type: "string" }, from: { type: "string" }, value: {} },
      },
    },
  ],
};

const toObjects: StructureSpec = {
  help: "Patches of Kubernetes objects: a list of kind, name (if several objects have that kind) and patch, a map to merge (RFC 7386) or a list of operations (RFC 6902).",
  isTyped: true,
  schema: {
    type: "array",
    items: {
      type: "object",
      required: ["kind", "patch"],
      additionalProperties: false,
      properties: { kind: { type: "string" }, name: { type: "string" }, patch: patchSchema },
    },
  },
  read: readObjectPatches,
};

const toDocument = (document: string): StructureSpec => ({
  help: `Patch of ${document}: a map to merge (RFC 7386), or a list of operations (RFC 6902).`,
  isTyped: true,
  schema: patchSchema,
  read: (value) => readPatch(value, ""),
});

/** Patches for settings that this schema does not have; applied last. */
export const patches: Readonly<Record<string, StructureSpec>> = Object.fromEntries(
  targetNames.map((name) => {
    const target = targets[name];
    return [`patches.${name}`, target.patches === "objects" ? toObjects : toDocument(target.document)];
  }),
);

/** The patches of each target. */
export type Patches = {
  [Name in Target]: (typeof targets)[Name]["patches"] extends "objects" ? ObjectPatch[] : Patch | undefined;
};

/** The settled patches. */
export function patchesOf(structures: ReadonlyMap<string, unknown>): Patches {
  const entries = targetNames.map((name) => {
    const none = targets[name].patches === "objects" ? [] : undefined;
    return [name, structures.get(`patches.${name}`) ?? none];
  });
  return Object.fromEntries(entries) as Patches;
}

function readObjectPatches(value: unknown): ObjectPatch[] {
  if (!Array.isArray(value)) throw new WrongValue(": must be a list of maps of kind, name and patch");
  for (const [index, item] of value.entries()) {
    const at = `[${index}]`;
    if (!isMap(item)) throw new WrongValue(`${at}: must be a map of kind, name and patch`);
    for (const [key, entry] of Object.entries(item)) {
      if (!["kind", "name", "patch"].includes(key)) {
        throw new WrongValue(`${at}.${key}: unknown key; valid keys are kind, name, patch`);
      }
      if (key !== "patch" && typeof entry !== "string") throw new WrongValue(`${at}.${key}: must be a text`);
    }
    for (const key of ["kind", "patch"]) if (!(key in item)) throw new WrongValue(`${at}: ${key} is missing`);
    readPatch(item.patch, `${at}.patch`);
  }
  return value as ObjectPatch[];
}

function readPatch(value: unknown, at: string): Patch {
  if (isMap(value)) return value;
  if (!Array.isArray(value)) throw new WrongValue(`${at}: must be a map to merge, or a list of operations`);
  for (const [index, item] of value.entries()) {
    const place = `${at}[${index}]`;
    if (!isMap(item)) throw new WrongValue(`${place}: must be a map of op, path and value`);
    if (!operations.includes(item.op as string)) {
      throw new WrongValue(`${place}.op: ${JSON.stringify(item.op)} must be one of ${operations.join(", ")}`);
    }
    for (const key of item.op === "move" || item.op === "copy" ? ["path", "from"] : ["path"]) {
      const pointer = item[key];
      if (typeof pointer !== "string" || !/^(?:\/|$)/.test(pointer)) {
        throw new WrongValue(`${place}.${key}: must be a JSON pointer, which starts with a slash: /spec/replicas`);
      }
    }
    if (["add", "replace", "test"].includes(item.op as string) && !("value" in item)) {
      throw new WrongValue(`${place}: value is missing`);
    }
  }
  return value as PatchOperation[];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
