import type { Reference } from "./entries.js";
import type { FileSet } from "./file-set.js";
import { type Finding, finding, type Place } from "./finding.js";
import { isJavascript } from "./languages.js";
import type { Unit } from "./unit.js";
import { isFilledLater, isMap, listOf } from "./values.js";
import type { Workspace } from "./workspace.js";

/** A piece of JavaScript in a job file, or in a file it names. */
export interface Piece {
  code: string;
  /** Name for messages: `exec of job 'A'`. */
  what: string;
  /** Place of an offset of the code. */
  at(offset: number): Place;
}

/** Code of jobs, settings and entries, and problems with its files. */
export function piecesOf(
  set: FileSet,
  references: readonly Reference[],
  workspace: Workspace,
): { pieces: Piece[]; findings: Finding[] } {
  const collector = new Collector(set, workspace);
  for (const unit of set.units) collector.addUnit(unit);
  for (const reference of references) collector.addReference(reference);
  return collector;
}

class Collector {
  readonly pieces: Piece[] = [];
  readonly findings: Finding[] = [];

  constructor(
    private readonly set: FileSet,
    private readonly workspace: Workspace,
  ) {}

  addUnit(unit: Unit): void {
    const { document } = unit;
    if (document === undefined) return;
    if (isMap(document.ojob)) this.addSettings(unit, document.ojob);
    if (isMap(document.code))
      for (const name of Object.keys(document.code))
        if (name.endsWith(".js")) this.addText(unit, document.code, name, `code '${name}'`);
    for (const [index, entry] of listOf(document.todo).entries())
      if (isMap(entry)) this.addExpression(unit, entry, "args", `args of todo entry ${index + 1}`);
    for (const job of listOf(document.jobs)) if (isMap(job)) this.addJob(unit, job);
  }

  private addSettings(unit: Unit, section: Record<string, any>): void {
    for (const key of ["catch", "onerror", "depsOnFail", "daemonFunc"]) this.addText(unit, section, key, `ojob.${key}`);
    if (isMap(section.checkStall)) this.addText(unit, section.checkStall, "checkFunc", "ojob.checkStall.checkFunc");
    for (const lang of listOf(section.langs))
      if (isMap(lang)) {
        this.addText(unit, lang, "langFn", `langFn of language '${lang.lang}'`);
        this.addText(unit, lang, "returnFn", `returnFn of language '${lang.lang}'`);
      }
    const added: unknown = section.metrics?.add;
    if (isMap(added)) for (const name of Object.keys(added)) this.addText(unit, added, name, `metric '${name}'`);
    // Without the package, its missing scripts are no further finding.
    const severity = this.workspace.missingPacks(section.opacks).length > 0 ? "note" : "error";
    for (const key of ["loadLibs", "loads"])
      for (const [index, name] of listOf(section[key]).entries())
        if (typeof name === "string")
          this.addFile(
            name,
            Array.isArray(section[key]) ? unit.placeOf(section[key], index) : unit.placeOf(section, key),
            severity,
            true,
          );
  }

  private addJob(unit: Unit, job: Record<string, any>): void {
    const { name } = job;
    const typeArgs: Record<string, any> = isMap(job.typeArgs) ? job.typeArgs : {};
    if (isJavascript(job, this.set) && typeof job.exec !== "object")
      this.addText(unit, job, "exec", `exec of job '${name}'`);
    this.addText(unit, job, job.catch === undefined ? "onerror" : "catch", `catch of job '${name}'`);
    this.addText(unit, typeArgs, "stopWhen", `stopWhen of job '${name}'`);
    this.addExpression(unit, job, "args", `args of job '${name}'`);
    for (const dep of listOf(job.deps))
      if (isMap(dep))
        for (const key of ["onSuccess", "onFail"])
          this.addText(unit, dep, key, `${key} of dep '${dep.name}' of job '${name}'`);
    this.addChecks(unit, job);
    this.addCodeFiles(unit, job, typeArgs);
  }

  private addChecks(unit: Unit, job: Record<string, any>): void {
    if (!isMap(job.check)) return;
    for (const section of ["in", "out", "_in", "_out"]) {
      const rules: unknown = job.check[section];
      if (!isMap(rules)) continue;
      for (const path of Object.keys(rules)) {
        const chain: unknown = rules[path];
        if (typeof chain !== "string") continue;
        const what = `check.${section} '${path}' of job '${job.name}'`;
        const place = unit.placeOf(rules, path);
        const { code, unknown } = this.workspace.chain(chain);
        this.pieces.push({ code, what, at: () => place });
        for (const rule of unknown)
          this.findings.push(finding("warning", "check", place, `${what}: unknown rule '${rule}' is ignored`, rule));
      }
    }
  }

  private addCodeFiles(unit: Unit, job: Record<string, any>, typeArgs: Record<string, any>): void {
    const sections = this.set.units.map(({ document }) => document?.code).filter(isMap);
    const add = (owner: Record<string, any>, key: string, severity: Finding["severity"], isCode: boolean): void => {
      const name: unknown = owner[key];
      if (typeof name !== "string" || isFilledLater(name)) return;
      if (key !== "execJs" && key !== "execPy" && sections.some((section) => Object.hasOwn(section, name))) return;
      this.addFile(name, unit.placeOf(owner, key), severity, isCode);
    };
    const isCode = isJavascript(job, this.set);
    add(typeArgs, "execJs", "error", true);
    add(typeArgs, "execPy", "error", false);
    // The run reports a missing one, and the job does nothing.
    if (job.type !== "jobs") add(typeArgs, "file", "warning", isCode);
    add(job, "file", "warning", isCode);
    add(job, "execFile", "warning", isCode);
  }

  addReference({ name, args, place }: Reference): void {
    if (name !== "ojob if") return;
    const condition = args.__condition;
    if (typeof condition?.value !== "string" || isFilledLater(condition.value)) return;
    const unit = this.set.units.find(({ file }) => file === place.file)!;
    this.addText(unit, condition.owner, condition.key, "the condition of (if)");
  }

  /** Args may be written as an expression. */
  private addExpression(unit: Unit, owner: Record<string, any>, key: string, what: string): void {
    if (typeof owner[key] === "string") this.addText(unit, owner, key, what);
  }

  private addText(unit: Unit, owner: object, key: string, what: string): void {
    const code: unknown = (owner as Record<string, unknown>)[key];
    if (typeof code !== "string") return;
    const position = unit.positionOf(owner, key);
    this.pieces.push({
      code,
      what,
      at(offset) {
        if (position === undefined) return { file: unit.file };
        const { line, column, isVerbatim } = position.text;
        if (!isVerbatim) return { file: unit.file, line, column: undefined };
        const before = code.slice(0, offset).split("\n");
        return { file: unit.file, line: line + before.length - 1, column: column + before.at(-1)!.length };
      },
    });
  }

  private addFile(name: string, place: Place, severity: Finding["severity"], isCode: boolean): void {
    const found = this.workspace.find(name);
    if (found.kind === "file") {
      if (isCode) this.pieces.push(filePiece(found.path, found.text));
      return;
    }
    if (severity !== "warning") this.set.hasUnseenCode = true;
    this.findings.push(finding(severity, "script", place, `file '${name}' does not exist`, name));
  }
}

/** A script as a piece. */
export function filePiece(file: string, text: string): Piece {
  return {
    code: text.replace(/^#!/, "//"),
    what: file,
    at(offset) {
      const before = text.slice(0, offset).split("\n");
      return { file, line: before.length, column: before.at(-1)!.length + 1 };
    },
  };
}
