import { jobScope } from "../../base/job-scope.js";
import { check } from "../../lib/maps/sigil.js";
import { templify } from "../../lib/template/template.js";
import type { AnyMap } from "../model/shapes.js";
import { type Pack, withShortcut } from "./pack.js";

/** `oJobEmail.yaml`: sends a mail; subject and text are templates over the args. */

const listed = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String));

function send(args: AnyMap): void {
  const need = (name: string): string => check(args[name], name).isString().$_(`Please provide ${name}`);
  const [server, from, subject, output] = [need("server"), need("from"), need("subject"), need("output")];
  const mail = new jobScope.Email(server, from, args.useSSL ?? true, args.useTLS ?? false, args.isHTML ?? false);
  if (args.port !== undefined) mail.setPort(Number(args.port));
  if (args.credentials !== undefined) mail.setCredentials(args.credentials.user, args.credentials.pass);
  for (const { file, name } of args.embedFiles ?? []) mail.embedFile(file, name);
  for (const { url, name } of args.embedURLs ?? []) mail.embedURL(url, name);
  for (const { file, isInLine, name } of args.addAttachments ?? []) mail.addAttachment(file, isInLine, undefined, name);
  for (const url of args.addImages ?? []) mail.addExternalImage(url);
  const text = templify(output, args);
  if (args.isHTML) mail.setHTML(text);
  else mail.setMessage(text);
  const plain = templify(args.altOutput ?? output, args);
  args.result = mail.send(templify(subject, args), plain, listed(args.to), listed(args.cc), listed(args.bcc), from);
}

const names =
  "server port from to cc bcc isHTML output altOutput credentials useSSL useTLS embedFiles addAttachments addImages embedURLs debug";

export const email: Pack = {
  jobs: [{ name: "oJob Send email", typeArgs: withShortcut("email", "subject", names), exec: send }],
};
