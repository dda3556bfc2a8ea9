import type { MachineInfo } from "../host.js";
import { globals, world } from "../world.js";
import { toBoolean } from "./types.js";

/** `ow.format`: the machine the run is on, and functions that also live elsewhere. */

const machine = (): MachineInfo => JSON.parse(world.host.process.machine());

const systemNames: Record<string, string> = {
  linux: "Linux",
  darwin: "Mac OS X",
  win32: "Windows",
  freebsd: "FreeBSD",
};
const chipNames: Record<string, string> = { x64: "amd64", arm64: "aarch64", ia32: "x86" };

/** Calls the function of the same name of `ow.net`. */
const net =
  (name: string) =>
  (...args: unknown[]) =>
    globals.ow.net[name](...args);

/** The folder of the Java of the machine. @throws Error when it has none */
function javaHome(): string {
  const { files, process } = world.host;
  const named = process.env("JAVA_HOME");
  if (named !== undefined && named !== "") return named;
  for (const folder of (process.env("PATH") ?? "").split(":"))
    if (folder !== "" && files.stat(`${folder}/java`) !== "")
      return files.canonical(`${folder}/java`).replace(/\/bin\/java$/, "");
  throw new Error("ow.format.getJavaHome: this machine has no Java: there is no JAVA_HOME and no java in the PATH");
}

export const scope = {
  "ow.format.isWindows": () => machine().platform === "win32",
  "ow.format.getOS": () => systemNames[machine().platform] ?? machine().platform,
  "ow.format.getOSArch": () => chipNames[machine().arch] ?? machine().arch,
  "ow.format.getOSVersion": () => machine().release,
  "ow.format.getUserName": () => machine().user,
  "ow.format.getUserHome": () => machine().home,
  "ow.format.getTmpDir": () => machine().tempFolder,
  "ow.format.getCurrentDirectory": () => world.host.process.cwd(),
  "ow.format.getHostName": net("getHostName"),
  "ow.format.getHostAddress": net("getHostAddress"),
  "ow.format.getPublicIP": net("getPublicIP"),
  "ow.format.getDoH": net("getDoH"),
  "ow.format.getReverseDoH": net("getReverseDoH"),
  "ow.format.testHost": net("testHost"),
  "ow.format.testPort": net("testPort"),
  "ow.format.testPortLatency": net("testPortLatency"),
  "ow.format.testURLLatency": net("testURLLatency"),
  /** `alternative`: another of the public time servers. */
  "ow.format.getActualTime": (alternative?: unknown) =>
    globals.ow.net.getActualTime(alternative === true ? "time.google.com" : undefined),
  "ow.format.getJavaHome": javaHome,
  "ow.format.toBoolean": toBoolean,
  "ow.format.now": () => world.host.clock.nowMs(),
  "ow.format.nowUTC": () => world.host.clock.nowMs(),
  "ow.format.nowNano": () => world.host.clock.nowNano(),
};
