import { generateSample } from "../lib/maps/sample.js";
import { loadAjv, schemaAdd, schemaCheck, schemaCompile, schemaInit, schemaRemove } from "../lib/maps/schema.js";
import { generateSchema } from "../lib/maps/schema-of.js";
import { schemaValidate } from "../lib/maps/validator.js";

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
