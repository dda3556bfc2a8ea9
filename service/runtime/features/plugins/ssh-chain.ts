import { isFunction, isMap, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { jsonParse } from "../../lib/data/json.js";
import { print } from "../../lib/terminal/print.js";
import { Ssh } from "./ssh.js";

interface Step {
  cmd: string;
  input?: unknown;
}

/** Result of one command, as `$sh` gives it. */
interface Result {
  stdout: any;
  stderr: any;
  exitcode: number;
  cmd: string;
  in?: unknown;
}

/** `$ssh`: commands at another host, collected and then run one after the other. */
export class SshChain {
  private readonly ssh: Ssh;
  private readonly steps: Step[] = [];
  private folder: string | undefined;
  private callback: unknown;
  private prefixText: string | undefined;
  private hasPty = false;
  private onExit: unknown;

  /** @param target a URL, an open connection, or a map: host, port, login, pass, key (or id), compress, timeout */
  constructor(target: unknown) {
    if (target instanceof Ssh) this.ssh = target;
    else if (isString(target)) this.ssh = new Ssh(target);
    else if (isMap(target)) {
      const { host, url, port, login, pass, key, id, compress, timeout } = target;
      this.ssh = new Ssh(url ?? host, port, login, pass, key ?? id, compress, timeout);
    } else throw "$ssh needs a URL, or a map with host, port, login and pass or key";
  }

  sh(cmd: unknown, input?: unknown): this {
    this.steps.push({ cmd: Array.isArray(cmd) ? cmd.join(" ") : String(cmd), input });
    return this;
  }

  pwd(folder: unknown): this {
    this.folder = String(folder);
    return this;
  }

  cb(callback: unknown): this {
    this.callback = callback;
    return this;
  }

  prefix(text: unknown): this {
    this.prefixText = String(text);
    return this;
  }

  pty(isOn: unknown): this {
    this.hasPty = isOn === true;
    return this;
  }

  timeout(ms: unknown): this {
    this.ssh.setTimeout(ms);
    return this;
  }

  exit(callback: unknown): this {
    this.onExit = callback;
    return this;
  }

  mkdir = (path: unknown): this => this.having(() => this.ssh.mkdir(path));
  getFile = (remote: unknown, local: unknown): this => this.having(() => this.ssh.get(remote, local));
  putFile = (local: unknown, remote: unknown): this => this.having(() => this.ssh.put(local, remote));
  rename = (from: unknown, to: unknown): this => this.having(() => this.ssh.rename(from, to));
  rm = (path: unknown): this => this.having(() => this.ssh.rm(path));
  rmdir = (path: unknown): this => this.having(() => this.ssh.rmdir(path));
  listFiles = (path: unknown): object[] => this.ssh.listFiles(path).files;
  close = (): this => this.having(() => this.ssh.close());

  /** The results of all commands, or of one. */
  get(index?: number): any {
    const results = this.run(false);
    return isUnDef(index) ? results : results[index];
  }

  /** The same with outputs that are JSON as what they say. */
  getJson(index?: number): any {
    const results = this.run(false).map((one) => ({
      ...one,
      stdout: jsonParse(one.stdout),
      stderr: jsonParse(one.stderr),
    }));
    return isUnDef(index) ? results : results[index];
  }

  /** Shows the outputs instead of keeping them. */
  exec(index?: number): any {
    const results = this.run(true);
    return isUnDef(index) ? results : results[index];
  }

  private having(work: () => void): this {
    work();
    return this;
  }

  private run(isShown: boolean): Result[] {
    return this.steps.splice(0).map(({ cmd, input }) => {
      const line = this.folder === undefined ? cmd : `cd '${this.folder.replaceAll("'", "'\\''")}' && ${cmd}`;
      const result = {
        ...this.ssh.exec(line, input, false, this.hasPty, true, this.callback),
        cmd,
        in: input,
      } as Result;
      if (isShown || this.prefixText !== undefined) this.show(result);
      if (isFunction(this.onExit)) this.onExit(result, this);
      return isShown ? { ...result, stdout: "", stderr: "" } : result;
    });
  }

  private show({ stdout, stderr }: Result): void {
    if (this.prefixText === undefined) {
      world.host.output.write(1, stdout);
      return world.host.output.write(2, stderr);
    }
    for (const line of `${stdout}${stderr}`.replace(/\n$/, "").split("\n")) print(`[${this.prefixText}] ${line}`);
  }
}
