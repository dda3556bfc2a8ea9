import path from "node:path";
import { promisify } from "node:util";
import type { Client, SFTPWrapper } from "ssh2";
import type { RemoteEntry, SftpRequest } from "../../runtime/base/operations.js";

interface Done {
  result?: unknown;
  bytes?: Uint8Array;
}

const FOLDER = 0o040000;
const TYPE = 0o170000;

/** File operations over one SSH connection; the first one opens the channel. */
export class SftpCommands {
  private channel: Promise<SFTPWrapper> | undefined;

  constructor(
    private readonly client: Client,
    private readonly cwd: string,
  ) {}

  async run({ verb, remote, local }: SftpRequest, bytes?: Uint8Array): Promise<Done> {
    const sftp = await (this.channel ??= promisify(
      this.client.sftp.bind(this.client) as (done: any) => void,
    )() as Promise<any>);
    const at = path.resolve(this.cwd, local ?? "");
    const call = <T>(name: keyof SFTPWrapper, ...args: unknown[]): Promise<T> =>
      new Promise((resolve, reject) =>
        (sftp[name] as any)(...args, (error: Error | undefined, result: T) =>
          error ? reject(error) : resolve(result),
        ),
      );
    switch (verb) {
      case "get":
        return { result: await call("fastGet", remote, at) };
      case "put":
        return { result: await call("fastPut", at, remote) };
      case "read":
        return { bytes: await call<Buffer>("readFile", remote) };
      case "write":
        return { result: await call("writeFile", remote, Buffer.from(bytes ?? [])) };
      case "list":
        return { result: (await call<any[]>("readdir", remote)).map(entryOf) };
      case "mkdir":
        return { result: await call("mkdir", remote) };
      case "rm":
        return { result: await call("unlink", remote) };
      case "rmdir":
        return { result: await call("rmdir", remote) };
      case "rename":
        return { result: await call("rename", remote, local) };
      case "realpath":
        return { result: await call("realpath", remote) };
    }
  }
}

function entryOf({ filename, attrs }: { filename: string; attrs: Record<string, number> }): RemoteEntry {
  const { mode = 0, size = 0, uid = 0, gid = 0, mtime = 0, atime = 0 } = attrs;
  return {
    name: filename,
    isFolder: (mode & TYPE) === FOLDER,
    size,
    mode: mode & 0o7777,
    uid,
    gid,
    modifiedMs: mtime * 1000,
    accessedMs: atime * 1000,
  };
}
