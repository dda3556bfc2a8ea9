import { decode, encode, toHost } from "../../base/values/bytes.js";
import { isArray, isMap, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { stringify } from "../../lib/data/json.js";
import { merge } from "../../lib/maps/merge.js";
import { FileInput } from "../../lib/streams/files.js";
import { parseMD2HTML } from "../../lib/template/md-html.js";
import { codes, getMimeType, mimes } from "./mimes.js";
import { withPrefix } from "./prefix.js";
import { filesOfStreams, type ReplyMap } from "./reply.js";
import type { RequestMap } from "./request.js";
import type { HttpServer } from "./server.js";

/** Replies made for route functions. */

/** `value` as a reply: maps and lists as JSON, text as text, bytes as they are. */
export function reply(value: unknown, status: any = 200, mimetype?: any, headers?: unknown): ReplyMap {
  if (!isUnDef(headers) && !isMap(headers)) throw "Value is not a map";
  if (!isNumber(status)) throw "Value is not a number";
  const isData = isMap(value) || isArray(value);
  const type = isData ? mimes.JSON : isString(value) ? mimes.TXT : mimes.BIN;
  return {
    status,
    mimetype: mimetype ?? type,
    data: isData ? stringify(value, undefined, "") : value,
    header: headers,
  };
}

type NotFound = (server: HttpServer, base: unknown, baseUri: string, uri: string, error?: unknown) => unknown;

/**
 * The file below `base` that `uri` names once `baseUri` is cut off in front.
 * @param base a folder, or a stream that is sent as it is
 * @param documents names tried in the folder itself
 */
export function replyFile(
  server: HttpServer,
  base: unknown,
  baseUri: string,
  uri: string,
  notFound?: NotFound,
  documents?: string[],
  headers?: object,
): unknown {
  const missing = notFound ?? (() => server.reply("Not found!", mimes.TXT, codes.NOTFOUND));
  if (!isString(base)) return server.replyStream(base, getMimeType(uri), 200, headers);
  try {
    const { files } = world.host;
    const folder = files.canonical(base);
    const below = (path: string): string =>
      files.canonical(`${folder}/${path.startsWith(baseUri) ? path.slice(baseUri.length) : path}`);
    let file = below(uri);
    if (file === folder)
      for (const name of documents ?? []) {
        file = below(uri + name);
        if (file.startsWith(`${folder}/`)) break;
      }
    if (!file.startsWith(`${folder}/`)) return missing(server, base, baseUri, uri);
    const stream = new FileInput(file);
    filesOfStreams.set(stream, file);
    return server.replyStream(stream, getMimeType(file), undefined, headers);
  } catch (error) {
    return missing(server, base, baseUri, uri, error);
  }
}

/** The same; a file of Markdown, or one whose name lacks only `.md`, as a page. */
export function replyFileMd(
  server: HttpServer,
  base: unknown,
  baseUri: string,
  uri: string,
  notFound?: NotFound,
  documents = ["index.md"],
  headers?: object,
  isWide?: boolean,
): unknown {
  if (!isString(base)) {
    const text = decode(toHost((base as { readAllBytes(): unknown }).readAllBytes()));
    return server.replyOKHTML(parseMD2HTML(text, true, isWide));
  }
  const below = uri.startsWith(baseUri) ? uri.slice(baseUri.length) : uri;
  const { files } = world.host;
  const root = files.canonical(base);
  const names = [below, ...documents.map((name) => `${below}/${name}`), `${below}.md`];
  const file = names
    .map((name) => files.canonical(`${root}/${name}`))
    .find((one) => one.startsWith(`${root}/`) && files.stat(one) !== "" && JSON.parse(files.stat(one)).isFile);
  if (file === undefined || !file.endsWith(".md"))
    return replyFile(server, base, baseUri, uri, notFound, documents, headers);
  return server.replyOKHTML(parseMD2HTML(files.readText(file), true, isWide));
}

export function replyRedirect(server: HttpServer, location: unknown, headers?: object): ReplyMap {
  const isOwn = isString(location) && location.startsWith("/") && !location.startsWith("//");
  const target = isOwn ? withPrefix(server, location) : location;
  return server.reply("", "text/plain", 303, merge({ Location: target }, headers));
}

/** Asks for a login (RFC 7617); with a right one `answer` makes the reply. */
export function authBasic(
  realm: string,
  server: HttpServer,
  request: RequestMap,
  isAllowed: (user: string | undefined, pass: string | undefined, server: HttpServer, request: RequestMap) => unknown,
  answer: (server: HttpServer, request: RequestMap) => unknown,
  refuse: (server: HttpServer, request: RequestMap) => any = () =>
    server.reply("Not authorized.", "text/plain", codes.UNAUTHORIZED),
): unknown {
  const { authorization } = request.header;
  if (!isUnDef(authorization)) {
    const [user, pass] = decode(encode(authorization.replace(/^Basic /, ""), "base64")).split(":");
    if (isAllowed(user, pass, server, request)) return answer(server, request);
  }
  const refusal = refuse(server, request);
  const header = { ...refusal.header, "WWW-Authenticate": `Basic realm="${realm}"` };
  return server.reply(refusal.data, refusal.mimetype, codes.UNAUTHORIZED, header);
}

/** Answer of the functions of `options._fns` to a request that browses a tree. */
export function replyBrowse(server: HttpServer, request: RequestMap, options: any): unknown {
  try {
    const functions = options._fns;
    const list = functions.getList(request, options);
    if (!list.isList && list.isFile)
      return functions.renderObj(functions.getObj(request, options), server, request, options);
    const page = list.isList
      ? functions.renderList(list, server, request, options)
      : functions.renderEmpty(request, options);
    return isMap(page) ? page : server.replyOKHTML(String(page));
  } catch (error) {
    world.host.output.write(2, `${error}\n`);
    return { data: "Internal error", mimetype: "text/plain", status: 500, header: {} };
  }
}
