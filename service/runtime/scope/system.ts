import type { MachineInfo } from "../host.js";
import { ask } from "../net/ask.js";
import { world } from "../world.js";

/** The machine and the process: ids, cores, names, versions. */

/** The release of OpenAF whose behaviour this engine follows. */
export const VERSION = "20260722";
const DISTRIBUTION = "nightly";

export const machine = (): MachineInfo => JSON.parse(world.host.process.machine()) as MachineInfo;

/** A port nobody listens on now; -1 when there is none. */
const freePort = (): number => ask("tcp", { action: "freePort" }, { what: "a free port" }).event.data.port ?? -1;

/** Where an installation of OpenAF would be: the folder of the run. */
const homePath = (): string => `${world.host.process.cwd()}/`;

/** Average number of busy processors of the last minute. */
function load(): number {
  const text = world.host.files.readText("/proc/loadavg");
  return Number(text.split(" ")[0]);
}

export const scope = {
  getVersion: () => VERSION,
  "af.getVersion": () => VERSION,
  getDistribution: () => DISTRIBUTION,
  "af.getDistribution": () => DISTRIBUTION,
  getPid: () => String(world.host.process.pid()),
  pidCheck: (pid: unknown) =>
    Number.isInteger(Number(pid)) && Number(pid) > 0 && world.host.process.isAlive(Number(pid)),
  getNumberOfCores: () => machine().cores,
  getCPULoad: load,
  findRandomOpenPort: freePort,
  getOpenAFPath: homePath,
  getOpenAFJar: () => `${homePath()}openaf.jar`,
  __gHDir: () => world.host.process.env("HOME") ?? machine().home,
};
