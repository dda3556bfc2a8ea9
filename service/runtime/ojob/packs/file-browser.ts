import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import { codes, getMimeType, mimes } from "../../features/httpd/mimes.js";
import { replyFile } from "../../features/httpd/replies.js";
import type { RequestMap } from "../../features/httpd/request.js";
import type { HttpServer } from "../../features/httpd/server.js";
import { toBytesAbbreviation } from "../../lib/format/bytes.js";
import { fromDate } from "../../lib/format/dates.js";
import { parseMD2HTML } from "../../lib/template/md-html.js";
import type { AnyMap } from "../model/shapes.js";

/** Files that are shown as code, by ending. */
const languages: Record<string, string> = {
  yaml: "yaml",
  yml: "yaml",
  sh: "sh",
  css: "css",
  js: "js",
  java: "java",
  py: "python",
  toml: "toml",
  hbs: "handlebars",
  json: "json",
};

/**
 * Answers with the folders and files below `args.path`, for requests below `args.uri`.
 * @param args `browse` false: no lists; `default`: file shown for its folder; `restrict`: expressions of paths that are
 *   not there for clients, separated by commas; `isPlain`: files are given as they are
 */
export function browseFiles(args: AnyMap): (request: RequestMap, server: HttpServer) => unknown {
  const root = world.host.files.canonical(args.path);
  const hidden = restrictions(args.restrict);
  return (request, server) => {
    const missing = () => server.reply("Not found!", mimes.TXT, codes.NOTFOUND);
    const below = request.uri.slice(args.uri === "/" ? 0 : args.uri.length);
    const file = world.host.files.canonical(`${root}/${below}`);
    const isInside = file === root || file.startsWith(root === "/" ? root : `${root}/`);
    if (!isInside || hidden.some((one) => one.test(file))) return missing();
    const stat = world.host.files.stat(file);
    if (stat === "") return missing();
    if (!JSON.parse(stat).isFolder) return shown(file, request, server, args, root);
    if (!request.uri.endsWith("/")) return jobScope.ow.server.httpd.replyRedirect(server, `${request.uri}/`, {});
    const first = args.default === undefined ? undefined : `${file}/${args.default}`;
    if (first !== undefined && world.host.files.stat(first) !== "") return shown(first, request, server, args, root);
    return args.browse === false ? missing() : server.replyOKHTML(listing(file, below, hidden));
  };
}

function restrictions(given: unknown): RegExp[] {
  if (given === undefined || given === null) return [];
  const texts = Array.isArray(given) ? given : String(given).split(",");
  return texts.map((text) => new RegExp(String(text).trim()));
}

function shown(file: string, request: RequestMap, server: HttpServer, args: AnyMap, root: string): unknown {
  const whole = (): unknown => replyFile(server, root, "", file.slice(root.length));
  if (args.isPlain || request.params.raw === "true") return whole();
  const ending = /\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? "";
  const page = (markdown: string): unknown => server.replyOKHTML(parseMD2HTML(markdown, true, true));
  if (ending === "md") return page(world.host.files.readText(file));
  const language = languages[ending];
  if (language === undefined || getMimeType(file) === "text/html") return whole();
  const text = world.host.files.readText(file);
  // As many marks as it takes for those in the text not to end it.
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length + 1)));
  return page(`## ${file.slice(file.lastIndexOf("/") + 1)}\n\n${fence}${language}\n${text}\n${fence}\n`);
}

/** A page of the folder: folders first. */
function listing(folder: string, title: string, hidden: RegExp[]): string {
  const { files } = world.host;
  const entries = (JSON.parse(files.list(folder)) as string[])
    .map((name) => ({ name, stat: JSON.parse(files.stat(`${folder}/${name}`) || "null") }))
    .filter(({ name, stat }) => stat !== null && !hidden.some((one) => one.test(`${folder}/${name}`)))
    .sort((a, b) => Number(b.stat.isFolder) - Number(a.stat.isFolder) || (a.name < b.name ? -1 : 1));
  const rows = entries.map(({ name, stat }) => {
    const href = `${encodeURIComponent(name)}${stat.isFolder ? "/" : ""}`;
    const download = stat.isFolder ? "" : `<a href="${href}?raw=true" download>&darr;</a>`;
    const date = fromDate(new Date(stat.modifiedMs), "yyyy-MM-dd HH:mm:ss");
    const size = stat.isFolder ? "" : toBytesAbbreviation(stat.size);
    return `<tr><td>${download}</td><td><a href="${href}">${escaped(name)}${stat.isFolder ? "/" : ""}</a></td><td>${date}</td><td align="right">${size}</td></tr>`;
  });
  const up = title === "" || title === "/" ? "" : `<tr><td></td><td><a href="../">..</a></td><td></td><td></td></tr>`;
  const head = "<tr><th></th><th>File</th><th>Last modified</th><th>Size</th></tr>";
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body><h2>${escaped(title || "/")}</h2><table>${head}${up}${rows.join("")}</table></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
