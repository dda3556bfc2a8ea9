import { isatty } from "node:tty";
import type { OJobDocument } from "../runtime/ojob/model/shapes.js";
import { parseDocument } from "../workers/parse-document.js";
import type { ExecRequest } from "./exec-arguments.js";
import { expectsOf, helpOf, usageText } from "./views/usage.js";

/**
 * Completes the arguments of a run with the mandatory ones of the file's help: asks for the missing ones if the run is local
 * and there is a terminal.
 * @returns the arguments, or a text with all missing ones and the usage of the file
 */
export async function completeArguments(
  request: ExecRequest,
  text: string,
): Promise<{ args: Record<string, string> } | { complaint: string; usage: string }> {
  const { args } = request;
  const document = await documentOf(request, text);
  if (document === undefined || document.ojob?.showHelp === false) return { args };
  const given: Record<string, unknown> = { ...args };
  if (document.ojob?.argsFromEnvs === true) {
    // On a node, the environment variables of the node are arguments, which are not known here.
    if (!request.local) return { args };
    for (const name of Object.keys(process.env)) given[name] ??= process.env[name];
  }
  const help = helpOf(document);
  const missing = expectsOf(help).filter(({ name, mandatory }) => mandatory && given[name] === undefined);
  if (missing.length === 0) return { args };
  if (request.local && isatty(0) && isatty(1)) {
    const { createLineReader } = await import("../workers/line-reader.js");
    const ask = createLineReader();
    const answered = { ...args };
    for (const { name, desc, secret } of missing) {
      const answer = ask(`${name}${desc === undefined ? "" : ` (${desc})`}: `, secret === true);
      if (answer === undefined) break;
      if (answer !== "") answered[name] = answer;
    }
    if (missing.every(({ name }) => answered[name] !== undefined)) return { args: answered };
  }
  const names = missing.map(({ name }) => name);
  const what = names.length === 1 ? "argument" : "arguments";
  return {
    complaint: `${request.file}: missing ${what}: ${names.join(", ")}`,
    usage: usageText(help, request.file),
  };
}

/** The document, with its includes if the run is local; undefined when the run itself reports the error. */
async function documentOf({ file, local }: ExecRequest, text: string): Promise<OJobDocument | undefined> {
  let docs: unknown[];
  try {
    docs = (JSON.parse(parseDocument(text, file)) as { docs: unknown[] }).docs;
  } catch (error) {
    if (!/^E(?:YAML|JSON)$/.test(String((error as { code?: string }).code))) throw error;
    return undefined;
  }
  const [own] = docs;
  if (docs.length !== 1 || typeof own !== "object" || own === null || Array.isArray(own)) return undefined;
  const document = own as OJobDocument;
  if (!local || !Array.isArray(document.include)) return document;
  const { loadForView, NotLoaded } = await import("./views/loaded-file.js");
  try {
    return (await loadForView(text, file)).document;
  } catch (error) {
    if (!(error instanceof NotLoaded)) throw error;
    return undefined; // the run reports the same error, with its position
  }
}
