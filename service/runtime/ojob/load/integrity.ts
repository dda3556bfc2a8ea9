import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import type { AnyMap } from "../model/shapes.js";

/** Hashes of files (`algorithm-hex`), from the `integrity` sections met so far. */
const hashes = new Map<string, string>();
let isStrict = false;
let onlyWarns = true;

const algorithms = new Map([
  ["sha256", "sha256"],
  ["sha512", "sha512"],
  ["sha384", "sha384"],
  ["sha1", "sha1"],
  ["md5", "md5"],
]);

/** Takes an `ojob.integrity` section over; names that are known keep their hash. */
export function noteIntegrity(section: AnyMap | undefined): void {
  if (section === undefined || section === null) return;
  if (Array.isArray(section.list))
    for (const entry of section.list) {
      const [name, hash] = Object.entries(entry ?? {})[0] ?? [];
      if (name !== undefined && !hashes.has(name)) hashes.set(name, String(hash));
    }
  if (typeof section.strict === "boolean") isStrict = section.strict;
  if (typeof section.warn === "boolean") onlyWarns = section.warn;
}

/**
 * Compares a file with the hash noted for its absolute path.
 * @throws text when it does not match and that is not only warned about, or has none and has to have one
 */
export function checkIntegrity(name: string): void {
  if (hashes.size === 0) return;
  const complaint = `INTEGRITY OF '${name}' failed. Please check the source and update the corresponding integrity hash list.`;
  const verdict = matches(name);
  if (verdict === false) {
    if (!onlyWarns) throw complaint;
    jobScope.logWarn(`${complaint} Execution will continue.`);
  } else if (isStrict && verdict !== true) throw complaint;
}

/** Undefined when there is nothing to compare. */
function matches(name: string): boolean | undefined {
  const path = /^https?:/i.test(name) ? name : world.host.files.canonical(name);
  const hash = hashes.get(path);
  if (hash === undefined) return undefined;
  const [algorithm = "", hex = ""] = [hash.slice(0, hash.indexOf("-")), hash.slice(hash.indexOf("-") + 1)];
  const known = algorithms.get(algorithm.toLowerCase());
  if (known === undefined) return false;
  const bytes = world.host.bytes.digest(known, world.host.files.read(path));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") === hex.toLowerCase();
}
