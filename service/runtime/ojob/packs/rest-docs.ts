import type { Steps } from "../../base/scheduler.js";
import { reply } from "../../features/httpd/replies.js";
import { check } from "../../lib/maps/sigil.js";
import { parseMD2HTML } from "../../lib/template/md-html.js";
import { templify } from "../../lib/template/template.js";
import type { AnyMap } from "../model/shapes.js";
import { addService, portOf, serverAt } from "./services.js";

/** The documentation of a REST service as Markdown: what its jobs say in docGET, docPOST, docPUT and docDELETE. */

const verbs = ["get", "post", "put", "delete"] as const;

function tableOf(title: string, fields: any): string[] {
  if (!Array.isArray(fields)) return [];
  const rows = fields.map(({ field, type, description }) => `| ${field} | ${type ?? ""} | ${description ?? ""} |`);
  return [`### ${title}`, "", "| Name | Type | Meaning |", "|---|---|---|", ...rows, ""];
}

function markdownOf(title: string, documents: AnyMap): string {
  const parts = verbs.flatMap((verb) => {
    const { desc, in: input, out, examples } = documents[verb] ?? { desc: "n/a" };
    const shown = examples === undefined ? [] : ["### Examples", "", String(examples), ""];
    return [
      `## ${verb.toUpperCase()}`,
      "",
      desc ?? "",
      "",
      ...tableOf("Input", input),
      ...tableOf("Output", out),
      ...shown,
    ];
  });
  return [`# ${title}`, "", ...parts].join("\n");
}

/** @param documents of the services, by port and path */
export function docService(args: AnyMap, documents: Record<string, AnyMap>): Steps<void> {
  const port = portOf(args);
  const docURI: string = check(args.docURI, "docURI").isString().$_();
  const docPort = args.docPort ?? port;
  const title = args.title ?? docURI;
  return addService({
    ...args,
    port,
    uri: check(args.uri, "uri").isString().default("/docs"),
    answer() {
      const known = documents[`${docPort} ${docURI}`] ?? {};
      if (args.justJson) return reply({ uri: docURI, ...known });
      const byVerb = Object.fromEntries(
        verbs.map((verb) => [`doc${verb.toUpperCase()}`, known[verb] ?? { desc: "n/a" }]),
      );
      const text =
        args.template === undefined
          ? markdownOf(title, known)
          : templify(args.template, { title, uri: args.uri, port, docURI, docPort, ...byVerb });
      return serverAt(port).replyOKHTML(parseMD2HTML(text, true));
    },
  });
}
