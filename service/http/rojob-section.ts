import { ServiceError } from "../errors.js";
import { isMap, nameOf } from "./values.js";

/** What an oJob's `rojob` section says about how to run it. */
export interface RojobSection {
  /** Part of the run's uuid; made safe for file names and headers. */
  readonly name?: string;
  readonly async: boolean;
  /** Only one run of that name at a time. */
  readonly unique: boolean;
}

/** Keeps a uuid usable as file name and header value. */
const LONGEST_NAME = 64;

/** @throws ServiceError `bad_rojob_section` */
export function readRojobSection(section: unknown, file: string): RojobSection {
  if (section === undefined || section === null) return { async: false, unique: false };
  const refuse = (key: string, value: unknown, expected: string): never => {
    throw new ServiceError("bad_rojob_section", { file, key, found: nameOf(value), expected });
  };
  if (!isMap(section)) return refuse("rojob", section, "a map");
  const flag = (key: "async" | "unique"): boolean => {
    const value = section[key];
    if (value === undefined || value === null || value === false || value === "false") return false;
    if (value === true || value === "true") return true;
    return refuse(`rojob.${key}`, value, "true or false");
  };
  const { name } = section;
  if (name === undefined || name === null || name === "") return { async: flag("async"), unique: flag("unique") };
  if (typeof name !== "string" && typeof name !== "number") return refuse("rojob.name", name, "a text");
  return { name: safeName(String(name)), async: flag("async"), unique: flag("unique") };
}

/** Dashes separate the parts of a uuid, the rest is not safe in a file name. */
function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.]/g, "_").slice(0, LONGEST_NAME);
}
