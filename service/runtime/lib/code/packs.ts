import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";

/** Packages of OpenAF whose functions are part of this engine's scope. */
const covered = new Set(["openaf", "ojob-common", "rojob", "plugin-xls", "plugin-git"]);

/**
 * `ojob.opacks`: packages the jobs need, as a list of names (or maps name → version) or one map.
 * @throws Error that names a package which is not part of this engine
 */
export function needPacks(packs: unknown): void {
  for (const name of missingPacks(packs))
    throw new Error(`package '${name}' is not part of the embedded engine: jobs that need it run with ENGINE=openaf`);
}

/** Names of the packages in `ojob.opacks` that are not part of this engine. */
export function missingPacks(packs: unknown): string[] {
  const names = isMap(packs)
    ? Object.keys(packs)
    : Array.isArray(packs)
      ? packs.flatMap((pack) => (isMap(pack) ? Object.keys(pack) : [String(pack)]))
      : [];
  return names.filter((name) => !covered.has(name.toLowerCase()));
}

/** `ojob.owraps`: parts of `ow` to load. Here they load themselves; an unknown one is logged. */
export function loadOwraps(owraps: unknown): void {
  if (!Array.isArray(owraps)) return;
  for (const name of owraps) {
    const load = (jobScope.ow as unknown as Record<string, unknown>)[`load${name}`];
    if (typeof load === "function") load();
    else jobScope.logErr(`owrap '${name}' not found!`);
  }
}
