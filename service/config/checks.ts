import { isLoopback } from "../base/loopback.js";
import { Hosts } from "./accepted-hosts.js";
import { parseQueueAddress } from "./queue-address.js";
import { type Config, type OptionName, optionNames } from "./schema.js";
import type { Origin } from "./sources/given.js";
import { unsupported } from "./unsupported.js";

export type Origins = Readonly<Record<OptionName, Origin>>;

/** Invalid combinations of options, each as a line for the user. */
export function findConflicts(config: Config, origins: Origins): string[] {
  const problems: string[] = [];
  for (const name of optionNames) {
    const missing = unsupported[name];
    const value = config[name];
    if (missing === undefined || value === undefined || origins[name].kind === "default") continue;
    if (missing === true) {
      problems.push(`${name}: not available yet in this version (${origins[name].text}); leave it out`);
    } else if (missing.includes(String(value))) {
      problems.push(`${name}: "${value}" (${origins[name].text}) is not available yet in this version; leave it out`);
    }
  }
  if (config.QUEUECH !== undefined) {
    try {
      parseQueueAddress(config.QUEUECH, { readsFiles: false });
    } catch (error) {
      // The value itself may hold a password.
      problems.push(`QUEUECH: (${origins.QUEUECH.text}) ${(error as Error).message}`);
    }
  }
  if (config.PRIVATE && config.APIKEY !== undefined) {
    problems.push(
      `PRIVATE: true (${origins.PRIVATE.text}) and an APIKEY (${origins.APIKEY.text}) are mutually exclusive: with PRIVATE no key is required; leave one of them out`,
    );
  }
  if (config.WORK === config.RUN) {
    problems.push(
      `RUN: ${JSON.stringify(config.RUN)} (${origins.RUN.text}) is also the WORK folder (${origins.WORK.text}): clients could run files that jobs write; use two folders`,
    );
  }
  return problems;
}

/** Allowed combinations that need a warning, each as a line for the log. */
export function findWarnings(config: Config, origins: Origins): string[] {
  const warnings: string[] = [];
  if (config.PRIVATE) {
    const reach = isLoopback(config.LISTEN)
      ? "any user of this machine"
      : `anyone who reaches ${config.LISTEN}:${config.PORT}`;
    warnings.push(`PRIVATE is true: no key is required, ${reach} can run any code as this user`);
  }
  if (config.PRIVATE && config.CLUSTERKEY === undefined) {
    const name = config.CDISC !== undefined ? "CDISC" : config.FALLBACKS !== undefined ? "FALLBACKS" : undefined;
    if (name !== undefined) {
      warnings.push(
        `${name} with PRIVATE: nodes with another work folder need the same CLUSTERKEY; none is given, so this node uses the key in WORK/.rojob/clusterkey`,
      );
    }
  }
  if (config.PRIVATE && new Hosts(config.HOSTS).isAny) {
    warnings.push(
      "HOSTS is * and PRIVATE is true: a web page whose name resolves to this address can use this node; list the hosts",
    );
  }
  if (config.QUEUECH !== undefined && origins.QUEUECH.kind === "argument" && /password:/.test(config.QUEUECH)) {
    warnings.push(
      "QUEUECH has a password and is an argument, which other users of this machine can read; use QUEUECH_FILE or password_file",
    );
  }
  for (const name of ["APIKEY", "CLUSTERKEY"] as const) {
    const key = config[name];
    if (key === undefined) continue;
    if (origins[name].kind === "argument") {
      warnings.push(
        `${name} is an argument, which other users of this machine can read; use ${name}_FILE or the config file`,
      );
    }
    if (key.length < 16) warnings.push(`${name} has fewer than 16 characters and can be guessed`);
  }
  if (config.QUEUECH !== undefined && origins.FORK.kind !== "default") {
    warnings.push("FORK has no effect: with QUEUECH the node starts no extra workers; runs go to free nodes");
  }
  if (!config.FORK && config.MAXFORKS > 0 && origins.MAXFORKS.kind !== "default") {
    warnings.push("MAXFORKS has no effect: FORK is false");
  }
  if (!config.INIT && config.INITCHECK !== undefined) warnings.push("INITCHECK has no effect: INIT is false");
  return warnings;
}
