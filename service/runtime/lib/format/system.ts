import type { MachineInfo } from "../../base/host.js";
import { world } from "../../base/world.js";

/** `ow.format`: the machine the run is on, and functions that also live elsewhere. */

const machine = (): MachineInfo => JSON.parse(world.host.process.machine());

const systemNames: Record<string, string> = {
  linux: "Linux",
  darwin: "Mac OS X",
  win32: "Windows",
  freebsd: "FreeBSD",
};
const chipNames: Record<string, string> = { x64: "amd64", arm64: "aarch64", ia32: "x86" };

/** The folder of the Java of the machine. @throws Error when it has none */
export function javaHome(): string {
  const { files, process } = world.host;
  const named = process.env("JAVA_HOME");
  if (named !== undefined && named !== "") return named;
  for (const folder of (process.env("PATH") ?? "").split(":"))
    if (folder !== "" && files.stat(`${folder}/java`) !== "")
      return files.canonical(`${folder}/java`).replace(/\/bin\/java$/, "");
  throw new Error("ow.format.getJavaHome: this machine has no Java: there is no JAVA_HOME and no java in the PATH");
}

export const isWindows = () => machine().platform === "win32";

export const getOS = () => systemNames[machine().platform] ?? machine().platform;

export const getOSArch = () => chipNames[machine().arch] ?? machine().arch;

export const getOSVersion = () => machine().release;

export const getUserName = () => machine().user;

export const getUserHome = () => machine().home;

export const getTmpDir = () => machine().tempFolder;

export const getCurrentDirectory = () => world.host.process.cwd();

export const now = () => world.host.clock.nowMs();

export const nowNano = () => world.host.clock.nowNano();
