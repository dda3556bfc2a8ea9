import { nearestName } from "../base/nearest.js";
import type { Analysis, Use } from "./analysis.js";
import type { FileSet } from "./file-set.js";
import { type Finding, finding, hint, type Place } from "./finding.js";
import { missingPack } from "./packs.js";
import { filePiece, type Piece } from "./pieces.js";
import type { Workspace } from "./workspace.js";

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Names besides the scope: parameters of job code, and names that functions of the engine set when they are called. */
const given = new Set([
  ...words("args job id deps each exception init res op k v ch code _args require exports module undefined __ojob"),
  ...words(
    "ROJOB _ Ajv jsyaml __exitcode __stderr __ansiColorFlag __conAnsi __conConsole __logFormat __ojobProc __xls",
  ),
]);

/** Checks the syntax of all code, and its names that neither the engine nor the file has. */
export function checkCode(set: FileSet, pieces: readonly Piece[], workspace: Workspace): Finding[] {
  const code = new CodeCheck(set, workspace);
  for (const piece of pieces) code.read(piece);
  return code.findings();
}

interface Missing {
  name: string;
  message: string;
  severity: Finding["severity"];
  places: Place[];
}

class CodeCheck {
  private readonly found: Finding[] = [];
  private readonly pieces: { piece: Piece; analysis: Analysis }[] = [];
  private readonly declared = new Set<string>();
  private readonly loaded = new Set<string>();
  /** May names come from code that was not analysed? */
  private hasUnseenCode: boolean;

  constructor(
    set: FileSet,
    private readonly workspace: Workspace,
  ) {
    this.hasUnseenCode = set.hasUnseenCode;
  }

  read(piece: Piece): void {
    const analysis = this.workspace.analysis(piece.code);
    const { problem } = analysis;
    if (problem !== undefined) {
      const message = `${piece.what}: ${problem.message}`;
      this.found.push(finding("error", "code", piece.at(problem.offset), message));
      return;
    }
    this.pieces.push({ piece, analysis });
    for (const name of analysis.declared) this.declared.add(name);
    if (analysis.loadsUnknown) this.hasUnseenCode = true;
    for (const { fn, name, offset } of analysis.calls) {
      if (fn === "load") this.load(name, piece.at(offset));
      else if (fn === "pack") this.needPack(name, piece.at(offset));
      else this.needPlugin(name, piece.at(offset));
    }
  }

  /** All code sees the declarations of a script. */
  private load(name: string, place: Place): void {
    if (this.loaded.has(name)) return;
    this.loaded.add(name);
    const found = this.workspace.find(name);
    if (found.kind === "file") return this.read(filePiece(found.path, found.text));
    // It may be made, or its package be found, when the job runs.
    this.hasUnseenCode = true;
    this.found.push(finding("warning", "script", place, `script '${name}' does not exist`, name));
  }

  private needPack(name: string, place: Place): void {
    if (this.workspace.missingPacks([name]).length === 0) return;
    this.hasUnseenCode = true;
    this.found.push(missingPack(name, place));
  }

  private needPlugin(name: string, place: Place): void {
    if (this.workspace.statusOf(name.replace(/^openaf\.plugins\./, "")).status === "there") return;
    this.found.push(finding("error", "name", place, `plugin '${name}' is not available in the embedded engine`, name));
  }

  findings(): Finding[] {
    const missing = new Map<string, Missing>();
    for (const { piece, analysis } of this.pieces) {
      const tested = new Set(analysis.uses.filter(({ isTest }) => isTest).map(({ name }) => name));
      for (const use of analysis.uses) {
        const one = this.missingOf(use, tested);
        if (one === undefined) continue;
        const known = missing.get(one.name) ?? { ...one, places: [] };
        if (one.severity === "error") known.severity = "error";
        known.places.push(piece.at(use.offset));
        missing.set(one.name, known);
      }
    }
    for (const { name, message, severity, places } of missing.values()) {
      const more = places.length === 1 ? "" : ` (used ${places.length} times)`;
      this.found.push(finding(severity, "name", places[0]!, `${message}${more}`, name));
    }
    return this.found;
  }

  private missingOf(use: Use, tested: ReadonlySet<string>): Omit<Missing, "places"> | undefined {
    const parts = use.name.split(".");
    if (given.has(parts[0]!)) return undefined;
    for (let count = 1; count <= parts.length; count++)
      if (this.declared.has(parts.slice(0, count).join("."))) return undefined;
    const { status, name = use.name, near = [] } = this.workspace.statusOf(use.name);
    if (status === "there" || status === "open") return undefined;
    const isWhole = name === use.name;
    // A member that is only read is undefined, which is no failure.
    if (status === "missing" && isWhole && parts.length > 1 && !use.isNeeded) return undefined;
    if (use.isTest && isWhole) return undefined;
    const severity = [...tested].some((one) => one === name || one.startsWith(`${name}.`)) ? "warning" : "error";
    if (status === "absent") return { name, message: `${name} is not available in the embedded engine`, severity };
    const last = name.split(".").at(-1)!;
    if (name.includes(".")) {
      const nearest = nearestName(last, near);
      const full = nearest === undefined ? undefined : `${name.slice(0, -last.length)}${nearest}`;
      return { name, message: `${name} is not available in the embedded engine${hint(full)}`, severity };
    }
    return {
      name,
      message: `${name} is neither declared nor part of the embedded engine`,
      severity: this.hasUnseenCode ? "warning" : severity,
    };
  }
}
