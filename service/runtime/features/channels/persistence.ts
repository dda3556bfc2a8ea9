import { passInterrupt } from "../../base/scheduler.js";
import { decode, encode } from "../../base/values/bytes.js";
import { isArray, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { logErr } from "../../lib/terminal/log.js";
import { registry } from "./registry.js";

/** Copies of channels in files: all values as gzipped JSON. */

/** The subscriber that writes the file anew with each change. */
export function writer(file: string): (channel: string) => void {
  return (channel) => {
    try {
      const values = encode(JSON.stringify(registry.getAll(channel)));
      world.host.files.write(file, world.host.bytes.gzip(values));
    } catch (error) {
      passInterrupt(error);
      logErr(`channel ${channel}: its copy ${file} cannot be written: ${error}`);
    }
  };
}

/**
 * Sets what the file holds.
 * @param fields of the values that make the key
 * @returns how many entries, -1 when the file cannot be read
 */
export function restore(name: string, file: string, fields?: string[]): number {
  registry.typeFor(name);
  try {
    const values = JSON.parse(decode(world.host.bytes.gunzip(world.host.files.read(file))));
    if (!isArray(values) || values.length === 0) return 0;
    const first = values[0];
    const keys = isUnDef(fields) && !isUnDef(first.key) && !isUnDef(first.value) ? ["key"] : (fields ?? []);
    registry.setAll(name, keys, values);
    return values.length;
  } catch {
    return -1; // no copy yet, or none that can be read: the number says so to the caller
  }
}

/** Fills the channel from its copy and keeps that up to date. */
export function keep(name: string, file: string, fields?: string[], compress?: unknown, forAll?: boolean): void {
  registry.create(name, compress);
  restore(name, file, fields);
  registry.subscribe(name, writer(file), !forAll);
}
