import type { MachineInfo } from "../../base/host.js";
import { world } from "../../base/world.js";

/** The machine and the process: ids, cores, names, versions. */

/** The release of OpenAF whose behaviour this engine follows. */
export const VERSION = "20260722";
const DISTRIBUTION = "nightly";

export const machine = (): MachineInfo => JSON.parse(world.host.process.machine()) as MachineInfo;

/** Stands for the folder of an OpenAF installation: the folder of the run. */
export const homePath = (): string => `${world.host.process.cwd()}/`;

/** Average number of busy processors of the last minute. */
export function load(): number {
  const text = world.host.files.readText("/proc/loadavg");
  return Number(text.split(" ")[0]);
}

export const getVersion = () => VERSION;

export const getDistribution = () => DISTRIBUTION;

export const getPid = () => String(world.host.process.pid());

export const pidCheck = (pid: unknown) =>
  Number.isInteger(Number(pid)) && Number(pid) > 0 && world.host.process.isAlive(Number(pid));

export const getNumberOfCores = () => machine().cores;

export const getOpenAFJar = () => `${homePath()}openaf.jar`;

export const homeOfUser = () => world.host.process.env("HOME") ?? machine().home;
