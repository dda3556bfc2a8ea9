import { globals } from "../world.js";
import { isMap } from "./traverse.js";

/** Packages of OpenAF whose functions are part of this engine's scope. */
const covered = new Set(["openaf", "ojob-common", "rojob"]);

/**
 * `ojob.opacks`: packages the jobs need, as a list of names (or maps name → version) or one map.
 * @throws Error that names a package which is not part of this engine
 */
export function needPacks(packs: unknown): void {
  const names = isMap(packs)
    ? Object.keys(packs)
    : Array.isArray(packs)
      ? packs.flatMap((pack) => (isMap(pack) ? Object.keys(pack) : [String(pack)]))
      : [];
  for (const name of names)
    if (!covered.has(name.toLowerCase()))
      throw new Error(`package '${name}' is not part of the embedded engine: jobs that need it run with ENGINE=openaf`);
}

/** `ojob.owraps`: parts of `ow` to load. Here they load themselves; an unknown one is told. */
export function loadOwraps(owraps: unknown): void {
  if (!Array.isArray(owraps)) return;
  for (const name of owraps) {
    const load = globals.ow[`load${name}`];
    if (typeof load === "function") load();
    else globals.logErr(`owrap '${name}' not found!`);
  }
}
