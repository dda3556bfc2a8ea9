import { type Finding, finding, type Place } from "./finding.js";
import type { Unit } from "./unit.js";
import { isMap } from "./values.js";
import type { Workspace } from "./workspace.js";

/** A job file with all its includes. */
export interface FileSet {
  main: Unit;
  /** The file itself first. */
  units: Unit[];
  /** Jobs of includes that the engine has itself. */
  packJobs: Record<string, any>[];
  /** Is there an include that was not read, from which jobs may come? */
  isOpen: boolean;
  /** Is there code that was not analysed, from which functions may come? */
  hasUnseenCode: boolean;
  /** Problems with includes. */
  findings: Finding[];
}

/** Follows the includes of a file. */
export function gather(main: Unit, workspace: Workspace): FileSet {
  const set: FileSet = { main, units: [], packJobs: [], isOpen: false, hasUnseenCode: false, findings: [] };
  new Gathering(set, workspace).add(main, []);
  return set;
}

class Gathering {
  private readonly seen = new Set<string>();

  constructor(
    private readonly set: FileSet,
    private readonly workspace: Workspace,
  ) {}

  add(unit: Unit, path: string[]): void {
    this.seen.add(unit.file);
    this.set.units.push(unit);
    this.set.findings.push(...unit.findings);
    const { document } = unit;
    if (document === undefined) return;
    for (const section of ["include", "jobsInclude"]) {
      const list: unknown = document[section];
      if (list === undefined || list === null) continue;
      if (!Array.isArray(list)) {
        const place = unit.placeOfKey(document, section);
        this.report("error", place, `${section} is not a list: nothing is included`, String(list));
        continue;
      }
      for (const [index, name] of list.entries())
        if (typeof name === "string") this.follow(unit, list, index, name, [...path, unit.file]);
    }
  }

  private follow(unit: Unit, list: unknown[], index: number, name: string, path: string[]): void {
    const place = unit.placeOf(list, index);
    const found = this.workspace.find(name);
    switch (found.kind) {
      case "none":
        this.markOpen();
        return this.report("error", place, `include '${name}' is neither a file here nor in the run folder`, name);
      case "encrypted":
        this.markOpen();
        return this.report(
          "error",
          place,
          `include '${name}' is encrypted: the embedded engine has no key for it`,
          name,
        );
      case "url":
        return this.followUrl(found, place, name);
      case "pack":
        return this.addPack(found.document);
      case "file":
        break;
    }
    if (path.includes(found.path)) {
      const cycle = [...path.slice(path.indexOf(found.path)), found.path].join(" -> ");
      this.set.findings.push(finding("error", "cycle", place, `files include each other: ${cycle}`));
      return;
    }
    if (!this.seen.has(found.path)) this.add(this.workspace.unit(found.text, found.path), path);
  }

  private followUrl(found: { url: string; isAuthorized: boolean }, place: Place, name: string): void {
    this.markOpen();
    if (found.isAuthorized)
      return this.report("note", place, `include '${name}' is fetched when the file runs (${found.url}): not checked`);
    const host = new URL(found.url).hostname;
    const advice = "OJOB_AUTHORIZEDDOMAINS lists the authorised domains";
    this.report("error", place, `include '${name}': ${host} is not an authorised domain; ${advice}`, name);
  }

  private markOpen(): void {
    this.set.isOpen = true;
    this.set.hasUnseenCode = true;
  }

  /** Includes inside of a pack are packs too. */
  private addPack(document: Record<string, any>): void {
    this.set.packJobs.push(...(document.jobs ?? []).filter(isMap));
    for (const name of document.include ?? []) {
      if (this.seen.has(name)) continue;
      this.seen.add(name);
      const found = this.workspace.find(name);
      if (found.kind === "pack") this.addPack(found.document);
      else if (found.kind === "file") this.add(this.workspace.unit(found.text, found.path), []);
    }
  }

  private report(severity: Finding["severity"], place: Place, message: string, name?: string): void {
    this.set.findings.push(finding(severity, "include", place, message, name));
  }
}
