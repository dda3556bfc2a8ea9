import { jobScope } from "../../base/job-scope.js";
import type { OpReport, OpSend, RemoteEntry, SftpRequest } from "../../base/operations.js";
import { endOp, type Op, sendOp, startOp, waitUntil } from "../../base/scheduler.js";
import { decode, type JavaBytes, join, toHost, toJava } from "../../base/values/bytes.js";
import { JavaObject } from "../../base/values/object.js";
import { isFunction, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { decryptIfPossible } from "../../lib/bytes/crypto.js";
import { fromBytes2InputStream, fromString2InputStream } from "../../lib/files/streams.js";
import { fromDate } from "../../lib/format/dates.js";

/** Output of a command or a transfer so far. */
interface Pending {
  out: Uint8Array[];
  err: Uint8Array[];
  isOver: boolean;
  code?: number;
  result?: any;
  bytes?: Uint8Array;
  error?: string;
}

const CONNECT_MS = 30_000;

/** `plugin("SSH")`: commands and files at another host. */
export class Ssh extends JavaObject {
  static override readonly className: string = "openaf.plugins.SSH";
  private readonly op: Op<"ssh">;
  private readonly pending = new Map<number, Pending>();
  private readonly title: string;
  private isReady = false;
  private end: string | undefined;
  private lastN = 0;
  private folder = "";
  private timeoutMs: number | undefined;

  /**
   * @param host or a URL: `ssh://user:pass@host:port?key=file`
   * @param key file of a private key
   * @throws Error when there is no connection
   */
  constructor(
    host: unknown,
    port?: unknown,
    login?: unknown,
    pass?: unknown,
    key?: unknown,
    compress?: unknown,
    timeoutMs?: unknown,
  ) {
    super();
    const url = /^ssh:\/\/(?:([^:@/]+)(?::([^@/]*))?@)?([^:/?]+)(?::(\d+))?/.exec(String(host));
    const part = (at: number, given: unknown): any =>
      url?.[at] === undefined ? (isUnDef(given) || given === null ? undefined : given) : decodeURIComponent(url[at]);
    const keyFile = /[?&]key=([^&]*)/.exec(String(host))?.[1];
    const secret = part(2, pass);
    const params = {
      host: String(url?.[3] ?? host),
      port: Number(part(4, port) ?? 22),
      login: part(1, login),
      pass: secret === undefined ? undefined : String(decryptIfPossible?.(secret) ?? secret),
      keyFile: keyFile === undefined ? part(99, key) : decodeURIComponent(keyFile),
      compress: compress === true,
      timeoutMs: isNumber(timeoutMs) ? Number(timeoutMs) : CONNECT_MS,
    };
    this.title = `${params.host}:${params.port}`;
    this.op = startOp("ssh", params, (event, bytes) => this.take(event, bytes));
    waitUntil(() => this.isReady || this.end !== undefined, undefined, this.title);
    if (!this.isReady) throw new Error(`SSH: no connection to ${this.title}: ${this.end}`);
  }

  /** @returns the output, or with `asMap` `{ stdout, stderr, exitcode }` */
  exec(command: unknown, input?: unknown, isShown?: unknown, pty?: unknown, asMap?: unknown, callback?: unknown): any {
    const request = {
      command: String(command),
      input: isUnDef(input) || input === null ? "" : String(input),
      pty: pty === true,
    };
    const { out, err, code } = this.wait(this.send((n) => ({ type: "exec", data: { n, ...request } })));
    const stdout = decode(join(out));
    const stderr = decode(join(err));
    jobScope.__stderr = stderr;
    if (isFunction(callback)) callback(fromString2InputStream(stdout), fromString2InputStream(stderr));
    if (isShown === true) {
      world.host.output.write(1, stdout);
      world.host.output.write(2, stderr);
    }
    return asMap === true ? { stdout, stderr, exitcode: code } : stdout;
  }

  execSudo(
    command: unknown,
    user: unknown,
    input?: unknown,
    isShown?: unknown,
    pty?: unknown,
    asMap?: unknown,
    callback?: unknown,
  ): any {
    const quoted = (text: unknown): string => `'${String(text).replaceAll("'", "'\\''")}'`;
    const as = isUnDef(user) || user === null || user === "" ? "" : `-u ${quoted(user)} `;
    return this.exec(`sudo ${as}/bin/sh -c ${quoted(command)}`, input, isShown, pty, asMap, callback);
  }

  put = (source: unknown, remote: unknown): void => void this.sftp("put", remote, source);
  get = (remote: unknown, target: unknown): void => void this.sftp("get", remote, target);
  sendFile = (source: unknown, remote: unknown): void => this.put(source, remote);
  sftpPut = (source: any, remote: unknown): void =>
    isString(source) ? this.put(source, remote) : this.putBytes(remote, source.readAllBytes());
  sftpGet = (remote: unknown, target?: unknown): unknown =>
    isUnDef(target) ? fromBytes2InputStream(this.getBytes(remote)) : this.get(remote, target);
  getFile = (remote: unknown, target?: unknown): unknown =>
    isUnDef(target) ? this.getBytes(remote) : this.get(remote, target);
  getBytes = (remote: unknown): JavaBytes => toJava(this.sftp("read", remote).bytes!);
  putBytes = (remote: unknown, bytes: unknown): void => void this.sftp("write", remote, undefined, toHost(bytes));
  rename = (from: unknown, to: unknown): void => void this.sftp("rename", from, this.at(to));
  rm = (path: unknown): void => void this.sftp("rm", path);
  rmdir = (path: unknown): void => void this.sftp("rmdir", path);
  mkdir = (path: unknown): void => void this.sftp("mkdir", path);
  pwd = (): string => this.sftp("realpath", ".").result;
  cd = (path: unknown): void => void (this.folder = this.sftp("realpath", path).result);

  /** `{ files: [...] }` with maps like those of `io.listFiles`. */
  listFiles(path: unknown = "."): { files: object[] } {
    const parent = this.sftp("realpath", path).result;
    return {
      files: this.sftp("list", path).result.map((entry: RemoteEntry) => ({
        isDirectory: entry.isFolder,
        isFile: !entry.isFolder,
        filename: entry.name,
        filepath: `${String(path)}/${entry.name}`,
        canonicalPath: `${parent}/${entry.name}`.replace("//", "/"),
        longFilename: `${fromDate(new Date(entry.modifiedMs), "yyyy-MM-dd HH:mm")} ${entry.name}`,
        size: entry.size,
        lastModified: entry.modifiedMs,
        lastAccess: entry.accessedMs,
        permissions: entry.mode.toString(8),
        uid: entry.uid,
        gid: entry.gid,
      })),
    };
  }

  /** Longest time (ms) of a command or transfer. */
  setTimeout = (ms: unknown): void => void (this.timeoutMs = Number(ms));
  isConnected = (): boolean => this.end === undefined;
  sendKeepAlive = (): void => void this.pwd();

  close(): void {
    this.end ??= "it was closed";
    endOp(this.op);
  }

  private sftp(verb: SftpRequest["verb"], remote: unknown, local?: unknown, bytes?: Uint8Array): Pending {
    const request = { verb, remote: this.at(remote), local: local === undefined ? undefined : String(local) };
    const done = this.wait(this.send((n) => ({ type: "sftp", data: { n, ...request } }), bytes));
    if (done.error !== undefined) throw new Error(`SSH: ${verb} '${request.remote}' at ${this.title}: ${done.error}`);
    return done;
  }

  /** Relative paths count from where `cd` went. */
  private at(path: unknown): string {
    const text = String(path);
    return text.startsWith("/") || this.folder === "" ? text : `${this.folder}/${text}`;
  }

  private send(message: (n: number) => OpSend<"ssh">, bytes?: Uint8Array): Pending {
    if (this.end !== undefined) throw new Error(`SSH: there is no connection to ${this.title}: ${this.end}`);
    const made: Pending = { out: [], err: [], isOver: false };
    this.pending.set(++this.lastN, made);
    sendOp(this.op, message(this.lastN), bytes);
    return made;
  }

  private wait(made: Pending): Pending {
    if (!waitUntil(() => made.isOver || this.end !== undefined, this.timeoutMs, this.title))
      throw new Error(`SSH: ${this.title} did not answer within ${this.timeoutMs} ms`);
    if (!made.isOver) throw new Error(`SSH: the connection to ${this.title} was lost: ${this.end}`);
    if (made.error !== undefined && made.code === undefined && made.out.length > 0)
      throw new Error(`SSH: ${made.error}`);
    return made;
  }

  private take(event: OpReport<"ssh">, bytes?: Uint8Array): void {
    if (event.type === "ready") {
      this.isReady = true;
      return;
    }
    if (event.type === "end") {
      this.end ??= event.data?.error ?? "it was closed";
      return;
    }
    const made = this.pending.get(event.data.n);
    if (made === undefined) return;
    if (event.type === "out") made.out.push(bytes!);
    else if (event.type === "err") made.err.push(bytes!);
    else {
      Object.assign(made, event.data, { bytes, isOver: true });
      this.pending.delete(event.data.n);
    }
  }
}
