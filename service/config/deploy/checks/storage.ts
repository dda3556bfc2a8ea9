import { full } from "../read-deployment.js";
import type { SettledEntries } from "./settled-entries.js";

/** Kinds of storage to which an entry applies. */
const fitting: Record<string, readonly string[]> = {
  "storage.path": ["host"],
  "storage.name": ["volume"],
  "storage.shared": ["volume"],
  "storage.class": ["volume"],
  "storage.access": ["volume"],
  "storage.driver": ["volume"],
  "storage.driverOptions": ["volume"],
  "storage.size": ["volume", "ephemeral"],
};

/** Invalid combinations of entries of the work folder. */
export function findStorageConflicts(settled: SettledEntries): string[] {
  const problems: string[] = [];
  const kind = settled.text("storage.kind");
  if (kind === "host" && !settled.has("storage.path")) {
    problems.push(`${settled.entry("storage.kind")} needs ${full("storage.path")}, the folder`);
  }
  for (const [name, kinds] of Object.entries(fitting)) {
    if (settled.isGiven(name) && !kinds.includes(kind)) {
      problems.push(
        `${settled.entry(name)} needs ${full("storage.kind")}: ${kinds.join(" or ")}, which is ${settled.value("storage.kind")}`,
      );
    }
  }
  const most = settled.has("autoscaling.max") ? "autoscaling.max" : "replicas";
  if (
    kind === "volume" &&
    settled.is("storage.shared") &&
    settled.text("storage.access") === "readwriteonce" &&
    settled.number(most) > 1
  ) {
    problems.push(
      `${settled.entry("storage.access")} is for one machine, but ${settled.entry(most)} share it; use readwritemany, storage.shared: false, or one node`,
    );
  }
  if (settled.is("browser.enabled") && kind !== "host" && !(kind === "volume" && settled.is("storage.shared"))) {
    const cause = kind === "volume" ? settled.entry("storage.shared") : settled.entry("storage.kind");
    problems.push(
      `${settled.entry("browser.enabled")} needs a work folder shared with the nodes, but ${cause}; use a shared volume or a folder of the machine`,
    );
  }
  return problems;
}
