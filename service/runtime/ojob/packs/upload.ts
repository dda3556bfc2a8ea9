import type { Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import type { ReplyMap } from "../../features/httpd/reply.js";
import type { RequestMap } from "../../features/httpd/request.js";
import type { HttpServer } from "../../features/httpd/server.js";
import { check } from "../../lib/maps/sigil.js";
import { log } from "../../lib/terminal/log.js";
import type { AnyMap } from "../model/shapes.js";
import { codeOf } from "./code.js";

/** Field of the form that holds the file. */
const FIELD = "data";

/** Answers with a form for a file, and keeps what is sent with it in a folder. */
export function takeUpload(args: AnyMap): (request: RequestMap, server: HttpServer) => Steps<unknown> {
  const folder: string = check(args.path, "path").default(".");
  const first = args.execURI === undefined ? undefined : codeOf(String(args.execURI), "request, server", args.uri);
  world.host.files.mkdir(folder);
  return function* (request, server): Steps<unknown> {
    const answer = first === undefined ? undefined : yield* first(request, server);
    return answer ?? (request.method === "POST" ? keep(request, folder) : server.replyOKHTML(form(request.uri)));
  };
}

/** The name is the client's: only its last part counts, so that it stays in the folder. */
function keep({ files, params }: RequestMap, folder: string): ReplyMap {
  const name = String(params[FIELD] ?? "").replace(/^.*[/\\]/, "");
  const sent = files[FIELD];
  if (sent === undefined || name === "" || name === "." || name === "..")
    return { data: `no file in the field "${FIELD}"`, mimetype: "text/plain", status: 400, header: {} };
  log(`Received file '${name}'...`);
  world.host.files.copy(sent, `${folder}/${name}`);
  return { data: "ok", mimetype: "text/plain", status: 200, header: {} };
}

function form(uri: string): string {
  const action = uri.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  return `<!DOCTYPE html><html><body><form action="${action}" enctype="multipart/form-data" method="POST"><input type="file" name="${FIELD}"><input type="submit" value="Send"></form></body></html>`;
}
