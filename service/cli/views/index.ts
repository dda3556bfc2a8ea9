/**
 * What `rojob exec FILE --help|--jobs|--todo|--deps|--compile` shows of a job file, with what it includes, without
 * running it: one file a view, each from a loaded document to a text.
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
 * @param file its path as it was given
 * @throws Error when it can not be loaded
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
