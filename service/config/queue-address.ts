import { readFileSync } from "node:fs";
import { joinWords } from "../base/join-words.js";
import { nearestName } from "../base/nearest.js";
import { allQueueKinds, type QueueType, queueExample, queueTypes } from "./queues/index.js";

/** Address of the queue, from QUEUECH. */
export interface QueueAddress {
  type: QueueType;
  /** At least one; the first that takes the connection counts. */
  hosts: { host: string; port: number }[];
  user?: string;
  password?: string;
  tls: boolean;
  /** PEM of the authority that signed the broker's certificate. */
  ca?: string;
  /** Number of the Redis database. */
  db: number;
}

const ownParts = allQueueKinds.flatMap(({ type, parts }) => parts.map((key) => ({ key, type })));
const keys = [
  "type",
  "host",
  "port",
  ...ownParts.map(({ key }) => key),
  "user",
  "password",
  "password_file",
  "tls",
  "ca_file",
  "opack",
  "load",
];

/**
 * Parses `type:redis,host:127.0.0.1,port:6379` and the like. Several hosts are separated by `;`, each may have a port
 * of its own: `host:a;b:6380`. The original's `opack:` and `load:` are accepted.
 * @param readsFiles false: its files need not exist, and their contents are left out
 * @returns the address, and remarks for the user
 * @throws Error with the right form; never with the password
 */
export function parseQueueAddress(
  text: string,
  { readsFiles = true }: { readsFiles?: boolean } = {},
): { address: QueueAddress; notes: string[] } {
  const fields = new Map<string, string>();
  for (const part of text.split(",")) {
    if (part.trim() === "") continue;
    const at = part.indexOf(":");
    const key = (at === -1 ? part : part.slice(0, at)).trim();
    if (!keys.includes(key) && fields.has("password")) {
      throw new Error("the text after its password is not a part; put a password with a comma into a password_file");
    }
    if (!keys.includes(key))
      throw new Error(`unknown part '${key}'${suggestion(key)}; valid parts are ${keys.join(", ")}`);
    if (at === -1) throw new Error(`part '${key}' has no value: write ${key}:VALUE`);
    if (fields.has(key)) throw new Error(`part '${key}' is given twice`);
    fields.set(key, part.slice(at + 1).trim());
  }
  const kind = allQueueKinds.find(({ type }) => type === fields.get("type"));
  if (kind === undefined) {
    const given = fields.has("type") ? `'${fields.get("type")}' is not known` : "is missing";
    throw new Error(`the type of the queue ${given}; use ${joinWords(queueTypes, "or")}, as in ${queueExample}`);
  }
  const alien = ownParts.find(({ key }) => fields.has(key) && !kind.parts.includes(key));
  if (alien !== undefined) throw new Error(`part '${alien.key}' is for type:${alien.type} only`);
  const notes = ["opack", "load"].filter((key) => fields.has(key)).map((key) => `part '${key}' is not needed here`);
  const address: QueueAddress = {
    type: kind.type,
    hosts: hostsOf(fields.get("host") ?? "127.0.0.1", portOf(fields.get("port") ?? String(kind.port), "port")),
    tls: flagOf(fields.get("tls")),
    db: numberOf(fields.get("db") ?? "0"),
  };
  const user = fields.get("user");
  if (user !== undefined) address.user = user;
  const password = passwordOf(fields, readsFiles);
  if (password !== undefined) address.password = password;
  const ca = fields.get("ca_file");
  if (ca !== undefined && readsFiles) address.ca = contentOf(ca, "ca_file");
  return { address, notes };
}

/** Without user and password. */
export function addressText({ type, hosts, db }: QueueAddress): string {
  const places = hosts.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`).join(", ");
  return `${type} at ${places}${db !== 0 ? `, database ${db}` : ""}`;
}

function hostsOf(text: string, port: number): QueueAddress["hosts"] {
  const hosts = text.split(";").filter((host) => host.trim() !== "");
  if (hosts.length === 0) throw new Error("part 'host' is empty");
  return hosts.map((one) => {
    const match = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d+))?$/.exec(one.trim());
    if (match === null)
      throw new Error(`part 'host' has '${one}'; it must be a name or address, with or without a port`);
    return { host: match[1] ?? match[2]!, port: match[3] === undefined ? port : portOf(match[3], "host") };
  });
}

function portOf(text: string, key: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Error(`part '${key}' has the port '${text}'; it must be a number from 1 to 65535`);
  }
  return port;
}

function numberOf(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new Error(`part 'db' is '${text}'; it must be the number of a database`);
  return Number(text);
}

function flagOf(text: string | undefined): boolean {
  if (text === undefined || text === "false") return false;
  if (text === "true") return true;
  throw new Error(`part 'tls' is '${text}'; it must be true or false`);
}

function passwordOf(fields: Map<string, string>, readsFiles: boolean): string | undefined {
  const file = fields.get("password_file");
  if (file === undefined) return fields.get("password");
  if (fields.has("password")) throw new Error("'password' and 'password_file' are mutually exclusive");
  if (!readsFiles) return undefined;
  return contentOf(file, "password_file").replace(/\r?\n$/, "");
}

function contentOf(file: string, key: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`the file '${file}' of '${key}' cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function suggestion(key: string): string {
  const near = nearestName(key, keys);
  return near === undefined ? "" : ` (did you mean '${near}'?)`;
}
