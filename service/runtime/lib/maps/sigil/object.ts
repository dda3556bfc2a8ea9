import * as is from "../../../base/values/types.js";
import { schemaValidate } from "../validator.js";
import { getPath, getPathIgnoringCase, setPath, unsetPath } from "./paths.js";

/** Result of `$$(value)`: paths into the value, and the type tests on it. */
export class ObjectView {
  constructor(private readonly value: any) {}

  get(path: string): any {
    return getPath(this.value, path);
  }
  getI(path: string): any {
    return getPathIgnoringCase(this.value, path);
  }
  set(path: string, value: unknown): any {
    return setPath(this.value, path, value);
  }
  unset(path: string): any {
    return unsetPath(this.value, path);
  }

  isDef(): boolean {
    return is.isDef(this.value);
  }
  isUnDef(): boolean {
    return is.isUnDef(this.value);
  }
  isArray(): boolean {
    return is.isArray(this.value);
  }
  isMap(): boolean {
    return is.isMap(this.value);
  }
  isObject(): boolean {
    return is.isObject(this.value);
  }
  isFunction(): boolean {
    return is.isFunction(this.value);
  }
  isString(): boolean {
    return is.isString(this.value);
  }
  isNumber(): boolean {
    return is.isNumber(this.value);
  }
  isTNumber(): boolean {
    return is.isTNumber(this.value);
  }
  isBoolean(): boolean {
    return is.isBoolean(this.value);
  }
  isNull(): boolean {
    return is.isNull(this.value);
  }
  isDate(): boolean {
    return is.isDate(this.value);
  }
  isRegExp(): boolean {
    return is.isRegExp(this.value);
  }
  isUUID(): boolean {
    return is.isUUID(this.value);
  }
  isJavaObject(): boolean {
    return false;
  }
  /** True, or throws the text of what is wrong. */
  isSchema(schema: unknown, options?: is.AnyMap): boolean {
    return schemaValidate(schema, this.value, options);
  }
}
