import { templify } from "../../lib/template/template.js";
import { eachText } from "../args/traverse.js";
import type { Job } from "../model/shapes.js";
import { engine } from "./engine.js";

/** Fills the templates in the args and then in the typeArgs of a job, where templates are on for it. */
export function fillTemplates(job: Job, args: any): void {
  const isOff = job.typeArgs.noTemplateArgs ?? engine.settings.templateArgs !== true;
  if (isOff) return;
  const fill = (key: string, text: string, owner: any): void => {
    if (text.includes("{{")) owner[key] = templify(text, args);
  };
  eachText(args, fill);
  eachText(job.typeArgs, fill);
}
