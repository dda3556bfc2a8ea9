import type { OpKind } from "../../runtime/base/operations.js";
import { closeHttpConnections, startHttp } from "./http.js";
import { startHttpd } from "./httpd.js";
import { startMail } from "./mail.js";
import { startNames } from "./names.js";
import type { StartOperation } from "./operation.js";
import { startProcess } from "./process.js";
import { startPython } from "./python.js";
import { startSsh } from "./ssh.js";
import { startTcp } from "./tcp.js";
import { startUdp } from "./udp.js";
import { startXls } from "./xls.js";

/** Every kind of operation the I/O thread knows. */
export const kinds: { [K in OpKind]: StartOperation<K> } = {
  http: startHttp,
  httpd: startHttpd,
  mail: startMail,
  names: startNames,
  process: startProcess,
  python: startPython,
  ssh: startSsh,
  tcp: startTcp,
  udp: startUdp,
  xls: startXls,
};

/** Closes what operations keep beyond their own end: connections for further requests of the same run. */
export function endOfRun(): void {
  closeHttpConnections();
}
