import { readFileSync } from "node:fs";
import path from "node:path";
import type * as Ssh from "ssh2";
import type { ExecRequest } from "../../runtime/base/operations.js";
import type { StartOperation } from "./operation.js";
import { load } from "./packages.js";
import { SftpCommands } from "./sftp.js";

/** An SSH connection. */
export const startSsh: StartOperation<"ssh"> = (params, report) => {
  const { Client } = load<typeof Ssh>("ssh2");
  const client = new Client();
  let sftp: SftpCommands | undefined;
  const failed = (n: number, error: Error): void => report.emit("done", { n, error: error.message });

  client.on("ready", () => report.emit("ready", undefined));
  client.on("error", (error: Error & { level?: string }) => report.end({ error: error.message, code: error.level }));
  client.on("close", () => report.end({ error: "the connection is closed" }));
  client.on("keyboard-interactive", (_name, _instructions, _lang, prompts, answer) =>
    answer(prompts.map(() => params.pass ?? "")),
  );
  client.connect({
    host: params.host,
    port: params.port,
    username: params.login,
    password: params.pass,
    privateKey: params.keyFile === undefined ? undefined : readFileSync(path.resolve(params.cwd, params.keyFile)),
    passphrase: params.keyFile === undefined ? undefined : params.pass,
    agent: params.pass === undefined && params.keyFile === undefined ? params.env["SSH_AUTH_SOCK"] : undefined,
    tryKeyboard: params.pass !== undefined,
    readyTimeout: params.timeoutMs ?? 20_000,
    ...(params.compress ? { algorithms: { compress: ["zlib@openssh.com", "zlib", "none"] } } : {}),
  });

  function exec({ n, command, input, pty }: ExecRequest): void {
    client.exec(command, { pty }, (error, channel) => {
      if (error !== undefined) return failed(n, error);
      let code: number | null = null;
      channel.on("data", (chunk: Buffer) => report.emit("out", { n }, chunk));
      channel.stderr.on("data", (chunk: Buffer) => report.emit("err", { n }, chunk));
      channel.on("exit", (status: number | null) => {
        code = status;
      });
      channel.on("close", () => report.emit("exit", { n, code: code ?? -1 }));
      channel.end(input ?? "");
    });
  }

  return {
    send(message, bytes) {
      if (message.type === "exec") return exec(message.data);
      const request = message.data;
      sftp ??= new SftpCommands(client, params.cwd);
      sftp.run(request, bytes).then(
        ({ result, bytes: read }) => report.emit("done", { n: request.n, result }, read),
        (error: Error) => failed(request.n, error),
      );
    },
    cancel() {
      client.removeAllListeners("close");
      client.on("error", () => undefined); // its result is not needed any more
      client.end();
    },
  };
};
