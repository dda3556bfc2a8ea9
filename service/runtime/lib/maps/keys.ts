import { type AnyMap, isNull } from "../../base/values/types.js";
import { check } from "./sigil.js";

/** The values whose key matches, in the order of what is left of the key; as maps `{ name: value }` when named. */
export function key2array(map: AnyMap, re: string, name?: string, dropEmpty?: boolean): any[] {
  check(map, "aMap").isMap().$_();
  const key: string | undefined = check(name, "outkey").isString().default(undefined);
  const drops: boolean = check(dropEmpty, "removeEmptys").isBoolean().default(false);
  const pattern = new RegExp(re);
  const rest = (text: string): any => text.replace(pattern, "");
  const isEmpty = (value: unknown): boolean => drops && (isNull(value) || String(value).trim() === "");
  return Object.keys(map)
    .filter((text) => pattern.test(text))
    .sort((a, b) => rest(a) - rest(b))
    .map((text) => map[text])
    .filter((value) => !isEmpty(value))
    .map((value) => (key === undefined ? value : { [key]: value }));
}
