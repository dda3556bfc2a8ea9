import Ajv from "ajv6";
import { jobScope } from "../../base/job-scope.js";
import type { AnyMap } from "../../base/values/types.js";
import { ajv } from "./validator.js";

/** JSON schemas (`ow.obj.schema…`). */

export const schemaInit = (options?: AnyMap): void => void ajv(options);

export const schemaCompile = (schema: any) => ajv().compile(schema);

export const schemaAdd = (name: string, schema: any): void => void ajv().addSchema(schema, name);

export const schemaRemove = (name: string): void => void ajv().removeSchema(name);

export const schemaCheck = (schema: any) => ajv().validateSchema(schema);

export const loadAjv = (): void => void (jobScope.Ajv = Ajv);
