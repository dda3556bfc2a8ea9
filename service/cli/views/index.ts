/**
 * The views of `rojob exec FILE --help|--jobs|--todo|--deps|--compile`: texts about a job file with its includes, without running
 * it. Each view is a file that makes a text from a loaded document.
 */
import { compiledText } from "./compiled.js";
import { depsText } from "./deps.js";
import { jobsText } from "./jobs.js";
import { loadForView } from "./loaded-file.js";
import { todoText } from "./todo.js";
import { helpOf, usageText } from "./usage.js";
import type { ViewName } from "./view-names.js";

/**
 * The text of a view.
 * @param text of the job file
 * @param file its path as given
 * @throws Error when the file cannot be loaded
 */
export async function viewText(view: ViewName, text: string, file: string): Promise<string> {
  const { document, packs, packJobs } = await loadForView(text, file, view === "compile");
  switch (view) {
    case "help":
      return usageText(helpOf(document), file);
    case "jobs":
      return jobsText(document, packJobs);
    case "todo":
      return todoText(document);
    case "deps":
      return depsText(document, packJobs);
    case "compile":
      return compiledText(document, packs);
  }
}
