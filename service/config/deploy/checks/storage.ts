import { full } from "../read-deployment.js";
import type { Said } from "./said.js";

/** The kinds of storage an entry belongs to. */
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

/** What cannot be said of the work folder. */
export function findStorageConflicts(said: Said): string[] {
  const problems: string[] = [];
  const kind = said.text("storage.kind");
  if (kind === "host" && !said.has("storage.path")) {
    problems.push(`${said.entry("storage.kind")} needs ${full("storage.path")}, the folder`);
  }
  for (const [name, kinds] of Object.entries(fitting)) {
    if (said.isGiven(name) && !kinds.includes(kind)) {
      problems.push(
        `${said.entry(name)} needs ${full("storage.kind")}: ${kinds.join(" or ")}, which is ${said.value("storage.kind")}`,
      );
    }
  }
  const most = said.has("autoscaling.max") ? "autoscaling.max" : "replicas";
  if (
    kind === "volume" &&
    said.is("storage.shared") &&
    said.text("storage.access") === "readwriteonce" &&
    said.number(most) > 1
  ) {
    problems.push(
      `${said.entry("storage.access")} is for one machine, but ${said.entry(most)} share it; use readwritemany, storage.shared: false, or one node`,
    );
  }
  if (said.is("browser.enabled") && kind !== "host" && !(kind === "volume" && said.is("storage.shared"))) {
    const cause = kind === "volume" ? said.entry("storage.shared") : said.entry("storage.kind");
    problems.push(
      `${said.entry("browser.enabled")} needs a work folder shared with the nodes, but ${cause}; use a shared volume or a folder of the machine`,
    );
  }
  return problems;
}
