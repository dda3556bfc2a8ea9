import { freePort } from "../lib/net/free-port.js";
import {
  getDistribution,
  getNumberOfCores,
  getOpenAFJar,
  getPid,
  getVersion,
  homeOfUser,
  homePath,
  load,
  pidCheck,
} from "../lib/system/system.js";

export const scope = {
  getVersion,
  "af.getVersion": getVersion,
  getDistribution,
  "af.getDistribution": getDistribution,
  getPid,
  pidCheck,
  getNumberOfCores,
  getCPULoad: load,
  findRandomOpenPort: freePort,
  getOpenAFPath: homePath,
  getOpenAFJar,
  __gHDir: homeOfUser,
};
