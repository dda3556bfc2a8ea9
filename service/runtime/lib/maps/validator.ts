import Ajv from "ajv6";
import { type AnyMap, isMap, isString } from "../../base/values/types.js";

/** JSON schemas, validated by Ajv 6, whose messages jobs show. */

let validator: Ajv.Ajv | undefined;

/** The run's validator; the first call decides its options. */
export function ajv(options?: AnyMap): Ajv.Ajv {
  const chosen = given(options, { $data: true, $comment: true, useDefaults: true });
  return (validator ??= new Ajv({ logger: false, ...chosen }));
}

/**
 * True; fills defaults of the schema into `data`.
 * @param schema a schema, or the name of one added before
 * @param options `dataVar`: what the messages call the data
 * @throws the text of what is wrong
 */
export function schemaValidate(schema: any, data: any, options?: AnyMap): boolean {
  const shown = given(options, { dataVar: "args" });
  const validate = isString(schema) ? ajv().getSchema(schema) : ajv().compile(schema);
  if (validate === undefined) throw new Error(`there is no schema "${schema}": add it with ow.obj.schemaAdd`);
  if (validate(data)) return true;
  throw ajv().errorsText(validate.errors, shown);
}

/** As `_$(options).isMap().default(standard)`, which is made of this. */
function given(options: AnyMap | undefined, standard: AnyMap): AnyMap {
  if (options === undefined) return standard;
  if (!isMap(options)) throw "is not a map";
  return options;
}
