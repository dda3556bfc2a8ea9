import Ajv from "ajv";
import { type AnyMap, isString } from "../../base/values/types.js";
import { globals } from "../../base/world.js";
import { check } from "./sigil.js";

/** JSON schemas (`ow.obj.schema…`), validated by Ajv 6, whose messages jobs show. */

let validator: Ajv.Ajv | undefined;

/** The run's validator; the first call decides its options. */
function ajv(options?: AnyMap): Ajv.Ajv {
  const chosen = check(options).isMap().default({ $data: true, $comment: true, useDefaults: true });
  return (validator ??= new Ajv({ logger: false, ...chosen }));
}

/**
 * True; fills defaults of the schema into `data`.
 * @param schema a schema, or the name of one added before
 * @param options `dataVar`: what the messages call the data
 * @throws the text of what is wrong
 */
export function schemaValidate(schema: any, data: any, options?: AnyMap): boolean {
  const shown: AnyMap = check(options).isMap().default({ dataVar: "args" });
  const validate = isString(schema) ? ajv().getSchema(schema) : ajv().compile(schema);
  if (validate === undefined) throw new Error(`there is no schema "${schema}": add it with ow.obj.schemaAdd`);
  if (validate(data)) return true;
  throw ajv().errorsText(validate.errors, shown);
}

export const schemaInit = (options?: AnyMap): void => void ajv(options);

export const schemaCompile = (schema: any) => ajv().compile(schema);

export const schemaAdd = (name: string, schema: any): void => void ajv().addSchema(schema, name);

export const schemaRemove = (name: string): void => void ajv().removeSchema(name);

export const schemaCheck = (schema: any) => ajv().validateSchema(schema);

export const loadAjv = (): void => void (globals.Ajv = Ajv);
