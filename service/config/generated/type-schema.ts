import type { ValueSpec } from "../option-spec.js";

/** JSON Schema of a value's type. */
export function typeOf(spec: ValueSpec): object {
  switch (spec.type) {
    case "boolean":
      return { type: "boolean" };
    case "choice":
      return { enum: spec.choices };
    case "integer":
      return { type: "integer", minimum: spec.min, maximum: spec.max };
    case "bytes":
      return {
        type: ["integer", "string"],
        minimum: spec.min,
        maximum: spec.max,
        pattern: "^\\d+ ?([kKmMgG]?([iI]?[bB])?)$",
      };
    default:
      return { type: "string", pattern: spec.pattern?.regex };
  }
}
