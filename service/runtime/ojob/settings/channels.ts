import { jobScope } from "../../base/job-scope.js";
import { textOf } from "../../base/values/thrown.js";
import type { HttpServer } from "../../features/httpd/server.js";
import type { AnyMap } from "../model/shapes.js";

/** `ojob.channels.create`: channels that exist before the first job. A channel that cannot be created is logged. */
export function createChannels(list: unknown[]): void {
  for (const [index, channel] of (list as AnyMap[]).entries()) {
    try {
      if (channel?.name === undefined) throw "Each ojob.channels.create entry needs to have a 'name' entry.";
      jobScope.$ch(channel.name).create(channel.compress, channel.type, channel.options);
    } catch (error) {
      jobScope.logErr(`Can't create ojob.channels.create entry #${index}, error: ${textOf(error)}`);
    }
  }
}

/**
 * `ojob.channels.expose` and `peers`: gives channels (`list`, else all) out on a port of their own, for reading unless
 * `permissions` or the entry of a user in `auth` says more.
 * @throws text when there is no port
 */
export function exposeChannels(channels: AnyMap): void {
  const { port, host, keyStorePath, peers, audit } = channels;
  const what = channels.expose ? "expose" : "peers";
  if (port === undefined) throw `ojob.channels.${what} needs ojob.channels.port, the port to listen on`;
  const server: HttpServer = jobScope.ow.server.httpd.start(port, host, keyStorePath);
  if (audit) jobScope.ow.ch.server.setLog((access: AnyMap) => logAccess(access, audit));
  const isAllowed = (user: string, pass: string, _server: unknown, request: AnyMap): boolean => {
    request.channelPermission = channels.permissions ?? "r";
    if (!Array.isArray(channels.auth)) return true;
    const known = channels.auth.find((one: AnyMap) => one.login === user);
    if (known?.pass === undefined || known.pass !== pass) return false;
    request.channelPermission = known.permissions ?? request.channelPermission;
    return true;
  };
  for (const name of channels.list ?? jobScope.$ch().list()) {
    if (channels.expose) jobScope.$ch(name).expose(server, undefined, isAllowed, undefined, true);
    else
      jobScope.$ch(name).peer(
        server,
        undefined,
        [peers].flat().map((url: string) => `${url}/${name}`),
        isAllowed,
      );
  }
}

const ACCESS = "AUDIT | User: {{request.user}} | Channel: {{name}} | Operation: {{op}} | Key: {{{key}}}";

function logAccess(access: AnyMap, audit: true | string): void {
  const key = /\{[^}]+\}/.exec(decodeURIComponent(String(access.request?.uri ?? "")))?.[0] ?? "";
  jobScope.tlog(audit === true ? ACCESS : audit, { ...access, key: key.replaceAll('"', "") });
}
