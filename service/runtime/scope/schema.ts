import { generateSample } from "../lib/maps/sample.js";
import {
  loadAjv,
  schemaAdd,
  schemaCheck,
  schemaCompile,
  schemaInit,
  schemaRemove,
  schemaValidate,
} from "../lib/maps/schema.js";
import { generateSchema } from "../lib/maps/schema-of.js";

export const scope = {
  "ow.obj.schemaInit": schemaInit,
  "ow.obj.schemaCompile": schemaCompile,
  "ow.obj.schemaAdd": schemaAdd,
  "ow.obj.schemaRemove": schemaRemove,
  "ow.obj.schemaCheck": schemaCheck,
  "ow.obj.schemaValidate": schemaValidate,
  "ow.obj.schemaGenerator": generateSchema,
  "ow.obj.schemaSampleGenerator": generateSample,
  loadAjv,
};
