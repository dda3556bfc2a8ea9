import { toBoolean } from "../base/values/types.js";
import {
  getCurrentDirectory,
  getOS,
  getOSArch,
  getOSVersion,
  getTmpDir,
  getUserHome,
  getUserName,
  isWindows,
  javaHome,
  now,
  nowNano,
} from "../lib/format/system.js";
import { hostName } from "../lib/net/addresses.js";
import { publicTime } from "../lib/net/clock.js";
import { getReverseDoH, query } from "../lib/net/doh.js";
import { getHostAddress, getPublicIP, testHost, testPort, testPortLatency, urlLatency } from "../lib/net/net.js";

export const scope = {
  "ow.format.isWindows": isWindows,
  "ow.format.getOS": getOS,
  "ow.format.getOSArch": getOSArch,
  "ow.format.getOSVersion": getOSVersion,
  "ow.format.getUserName": getUserName,
  "ow.format.getUserHome": getUserHome,
  "ow.format.getTmpDir": getTmpDir,
  "ow.format.getCurrentDirectory": getCurrentDirectory,
  "ow.format.getHostName": hostName,
  "ow.format.getHostAddress": getHostAddress,
  "ow.format.getPublicIP": getPublicIP,
  "ow.format.getDoH": query,
  "ow.format.getReverseDoH": getReverseDoH,
  "ow.format.testHost": testHost,
  "ow.format.testPort": testPort,
  "ow.format.testPortLatency": testPortLatency,
  "ow.format.testURLLatency": urlLatency,
  "ow.format.getActualTime": publicTime,
  "ow.format.getJavaHome": javaHome,
  "ow.format.toBoolean": toBoolean,
  "ow.format.now": now,
  "ow.format.nowUTC": now,
  "ow.format.nowNano": nowNano,
};
