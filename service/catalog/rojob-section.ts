import { ServiceError } from "../base/errors.js";
import type { RunSettings } from "../model/runs.js";
import { isMap, nameOf } from "./values.js";

/** Keeps a uuid usable as file name and header value. */
const LONGEST_NAME = 64;

/** Limits of the whole numbers of the section, and of the request fields that replace them. */
export const wholeNumbers = {
  timeoutMs: { from: 1, to: 2_147_483_647, unit: "ms" },
  retries: { from: 0, to: 100, unit: "" },
  priority: { from: -1000, to: 1000, unit: "" },
  resultTtl: { from: 0, to: 315_360_000, unit: "s" },
  maxPerName: { from: 1, to: 100_000, unit: "" },
} as const;
export type WholeNumberKey = keyof typeof wholeNumbers;

const KEYS = ["async", "env", "name", "unique", ...Object.keys(wholeNumbers)];
const NOTHING: RunSettings = Object.freeze({ async: false, unique: false });

/** @throws ServiceError `bad_rojob_section`, `unknown_rojob_key` */
export function readRojobSection(section: unknown, file: string): RunSettings {
  if (section === undefined || section === null) return NOTHING;
  const refuse = (key: string, value: unknown, expected: string): never => {
    throw new ServiceError("bad_rojob_section", { file, key, found: nameOf(value), expected });
  };
  if (!isMap(section)) return refuse("rojob", section, "a map");
  const unknown = Object.keys(section).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw new ServiceError("unknown_rojob_key", { file, key: unknown, known: KEYS.join(", ") });

  const flag = (key: "async" | "unique"): boolean => {
    const value = section[key];
    if (value === undefined || value === null || value === false || value === "false") return false;
    if (value === true || value === "true") return true;
    return refuse(`rojob.${key}`, value, "true or false");
  };
  const number = (key: WholeNumberKey): number | undefined => {
    const value = section[key];
    if (value === undefined || value === null) return undefined;
    const given = typeof value === "string" && /^-?\d{1,12}$/.test(value) ? Number(value) : value;
    return isWholeNumber(key, given) ? given : refuse(`rojob.${key}`, value, expectedNumber(key));
  };
  const name = (): string | undefined => {
    const { name: value } = section;
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === "string" || typeof value === "number") return safeName(String(value));
    return refuse("rojob.name", value, "a text");
  };

  // The engine reads it; an error before the run helps more.
  const { env } = section;
  if (env !== undefined && env !== null && !(Array.isArray(env) ? env : [env]).every(isEnvName))
    return refuse("rojob.env", env, "a list of environment variable names, each complete or a prefix with `*`");

  const read: RunSettings = {
    name: name(),
    async: flag("async"),
    unique: flag("unique"),
    timeoutMs: number("timeoutMs"),
    retries: number("retries"),
    priority: number("priority"),
    resultTtl: number("resultTtl"),
    maxPerName: number("maxPerName"),
  };
  for (const key of ["unique", "maxPerName"] as const) {
    if (read[key] && read.name === undefined)
      return refuse("rojob.name", section.name, `a text when there is '${key}'`);
  }
  return read;
}

/** `PATH`, `GIT_*`; an empty prefix would allow all. */
function isEnvName(value: unknown): boolean {
  return typeof value === "string" && /^[^=*\s]+\*?$/.test(value) && !value.includes("\0");
}

export function isWholeNumber(key: WholeNumberKey, value: unknown): value is number {
  const { from, to } = wholeNumbers[key];
  return typeof value === "number" && Number.isInteger(value) && value >= from && value <= to;
}

/** Allowed range of a number of that key, in words. */
export function expectedNumber(key: WholeNumberKey): string {
  const { from, to, unit } = wholeNumbers[key];
  return `a whole number ${unit === "" ? "" : `of ${unit} `}from ${from} to ${to}`;
}

/** Dashes separate the parts of a uuid, the rest is not safe in a file name. */
export function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.]/g, "_").slice(0, LONGEST_NAME);
}
