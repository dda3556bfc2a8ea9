import { nearestName } from "../base/nearest.js";
import type { FileSet } from "./file-set.js";
import { type Finding, finding, hint } from "./finding.js";
import { isFilledLater, isMap } from "./values.js";
import type { Workspace } from "./workspace.js";

const javascript = new Set(["oaf", "js", "javascript"]);

/** Language of a job's code. */
export function langOf(job: Record<string, any>): string {
  if (job.typeArgs?.execJs !== undefined) return "oaf";
  if (job.typeArgs?.execPy !== undefined) return "python";
  return String(job.lang ?? "oaf");
}

export function isJavascript(job: Record<string, any>, set: FileSet): boolean {
  return javascript.has(langOf(job)) && !ownLanguages(set).has(langOf(job));
}

/** Finds undefined languages, and programs that are not installed. */
export function missingPrograms(set: FileSet, workspace: Workspace): Finding[] {
  const own = ownLanguages(set);
  const known = { ...workspace.vocabulary.languages, ...Object.fromEntries(own) };
  const found: Finding[] = [];
  for (const unit of set.units) {
    if (!Array.isArray(unit.document?.jobs)) continue;
    for (const job of unit.document.jobs.filter(isMap)) {
      const lang = langOf(job);
      const place = unit.placeOf(job, job.lang === undefined ? "typeArgs" : "lang");
      if (known[lang] === undefined) {
        const nearest = hint(nearestName(lang, Object.keys(known)));
        const message = `unknown language '${lang}' of job '${job.name}'${nearest}`;
        found.push(finding(set.isOpen ? "note" : "error", "language", place, message, lang));
        continue;
      }
      const program = programOf(job, lang, known[lang]);
      if (program === "" || isFilledLater(program) || workspace.hasProgram(program)) continue;
      const message = `job '${job.name}' in language '${lang}' needs '${program}', which is not installed here`;
      found.push(finding("error", "program", place, message, program));
    }
  }
  return found;
}

function programOf(job: Record<string, any>, lang: string, usual: string): string {
  // The shell of an ssh job is that of the other machine.
  const shell = lang === "ssh" || lang === "winssh" ? undefined : job.typeArgs?.shell;
  return typeof shell === "string" && !javascript.has(lang) && lang !== "python" ? firstWord(shell) : usual;
}

/** Languages of `ojob.langs`, and the program each needs. */
function ownLanguages({ units }: FileSet): Map<string, string> {
  const own = new Map<string, string>();
  for (const { document } of units) {
    const langs: unknown = document?.ojob?.langs;
    if (!Array.isArray(langs)) continue;
    for (const one of langs)
      if (isMap(one) && one.lang !== undefined)
        own.set(String(one.lang), typeof one.shell === "string" ? firstWord(one.shell) : "");
  }
  return own;
}

function firstWord(command: string): string {
  return command.trim().split(/\s+/)[0]!;
}
