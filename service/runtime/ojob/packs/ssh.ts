import { jobScope } from "../../base/job-scope.js";
import { readFileYAML } from "../../lib/files/data.js";
import { templify } from "../../lib/template/template.js";
import { log } from "../../lib/terminal/log.js";
import { print } from "../../lib/terminal/print.js";
import type { AnyMap } from "../model/shapes.js";
import type { Pack } from "./pack.js";

/** `oJobSSH.yaml`: commands and files over SSH, at one host or at all of a channel. */

const KEYS = ["host", "port", "login"];

function loadHosts(args: AnyMap): void {
  const hosts = jobScope.$ch(args.chHosts ?? "hosts");
  hosts.create();
  if (args.file !== undefined) hosts.setAll(KEYS, readFileYAML(args.file));
  if (Array.isArray(args.hosts)) hosts.setAll(KEYS, args.hosts);
  print(
    `Hosts:\n${hosts
      .getAll()
      .map((host: AnyMap) => `- ${titleOf(host)}\n`)
      .join("")}`,
  );
}

const titleOf = (host: AnyMap): string => host.name ?? `${host.host}:${host.port ?? 22}`;

/** Calls `use` with a connection to each host that is meant. */
function atHosts(args: AnyMap, use: (ssh: any, host: AnyMap) => void): void {
  const channel = args.chHosts ?? (args.host === undefined ? "hosts" : undefined);
  const hosts: AnyMap[] = channel === undefined ? [args] : jobScope.$ch(channel).getAll();
  const visit = (host: AnyMap): void => {
    const ssh = new jobScope.SSH(host.host, host.port ?? 22, host.login, host.pass, host.key, true);
    try {
      use(ssh, host);
    } finally {
      ssh.close();
    }
  };
  if (args.parallel) jobScope.$doWait(jobScope.$doAll(hosts.map((host) => jobScope.$do(() => visit(host)))));
  else hosts.forEach(visit);
}

function runCommands(args: AnyMap): void {
  args.stdout = "";
  args.stderr = "";
  atHosts(args, (ssh, host) => {
    for (const cmd of [args.cmd].flat()) {
      const command = templify(cmd, { ...args, ...host });
      const result = args.sudo
        ? ssh.execSudo(command, args.sudo, args.stdin, false, undefined, true)
        : ssh.exec(command, args.stdin, false, undefined, true);
      args.stdout += result.stdout;
      args.stderr += result.stderr;
      if (!args.quiet) showOutput(result.stdout, args, host);
      if (Number(result.exitcode) !== Number(args.exitcode ?? 0))
        throw `Exit code (for command '${command}' at ${titleOf(host)}): ${result.exitcode}`;
    }
  });
}

function showOutput(text: string, args: AnyMap, host: AnyMap): void {
  if (text === "") return;
  const say = args.prefixLog ? log : print;
  for (const line of text.replace(/\n$/, "").split("\n")) say(args.prefix ? `${titleOf(host)} | ${line}` : line);
}

function transfer(args: AnyMap, way: "put" | "get"): void {
  atHosts(args, (ssh, host) => {
    log(`[${titleOf(host)}] ${way === "put" ? "Copying" : "Getting"} '${args.source}' to '${args.target}'`);
    ssh[way](args.source, args.target);
  });
}

export const ssh: Pack = {
  jobs: [
    { name: "SSH Load hosts", exec: loadHosts },
    { name: "SSH Exec", exec: runCommands },
    { name: "SSH Send file", exec: (args) => transfer(args, "put") },
    { name: "SSH Get file", exec: (args) => transfer(args, "get") },
  ],
};
