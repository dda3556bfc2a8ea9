import type { FileSet } from "./file-set.js";
import { type Finding, finding, type Place } from "./finding.js";
import type { Unit } from "./unit.js";
import { isMap } from "./values.js";
import type { Workspace } from "./workspace.js";

/** Finds packages of `ojob.opacks` that are not part of the engine, and missing parts of `ow`. */
export function neededPacks({ units }: FileSet, workspace: Workspace): Finding[] {
  const found: Finding[] = [];
  for (const unit of units) {
    const section: unknown = unit.document?.ojob;
    if (!isMap(section)) continue;
    for (const name of workspace.missingPacks(section.opacks))
      found.push(missingPack(name, placeOf(unit, section.opacks, name) ?? unit.placeOfKey(section, "opacks")));
    if (!Array.isArray(section.owraps)) continue;
    for (const [index, name] of section.owraps.entries())
      if (workspace.statusOf(`ow.load${name}`).status !== "there")
        found.push(
          finding(
            "warning",
            "pack",
            unit.placeOf(section.owraps, index),
            `owrap '${name}' does not exist`,
            `ow.load${name}`,
          ),
        );
  }
  return found;
}

export function missingPack(name: string, place: Place): Finding {
  const message = `package '${name}' is not part of the embedded engine: jobs that need it run with ENGINE=openaf`;
  return finding("error", "pack", place, message, name);
}

/** Place of a package's name: in a map, in a list, or in a map of a list. */
function placeOf(unit: Unit, opacks: unknown, name: string): Place | undefined {
  if (isMap(opacks)) return unit.placeOfKey(opacks, name);
  if (!Array.isArray(opacks)) return undefined;
  for (const [index, pack] of opacks.entries()) {
    if (pack === name) return unit.placeOf(opacks, index);
    if (isMap(pack) && Object.hasOwn(pack, name)) return unit.placeOfKey(pack, name);
  }
  return undefined;
}
