import { Auth } from "../server/auth.js";
import { checkIn, daemon, getPid, pidCheckIn } from "../server/check-in.js";
import { decodeToken, sign, verify } from "../server/jwt.js";
import { ServerLocks } from "../server/locks.js";
import { mcpStdio } from "../server/mcp-stdio.js";
import { ServerQueue } from "../server/queue.js";
import { makeScheduler } from "../server/scheduler.js";
import { active, passive, send2Prometheus } from "../server/telemetry.js";
import { processExpr } from "./split.js";

/** The rest of `ow.server`: locks, queues, schedules, logins, pid files, telemetry. */

/** Gives each word of the arguments, cut at `=`, to `use`. */
function processArguments(use: (words: unknown[]) => void): void {
  const given = processExpr();
  for (const name of Object.keys(given)) use(given[name] === "" ? [name] : [name, given[name]]);
}

export const scope = {
  pidCheckIn,
  /** With and without `new`. */
  "ow.server.scheduler": function scheduler() {
    return makeScheduler();
  },
  "ow.server.locks": ServerLocks,
  "ow.server.queue": ServerQueue,
  "ow.server.auth": Auth,
  "ow.server.checkIn": checkIn,
  "ow.server.getPid": getPid,
  "ow.server.daemon": daemon,
  "ow.server.mcpStdio": mcpStdio,
  "ow.server.processArguments": processArguments,
  "ow.server.jwt.sign": sign,
  "ow.server.jwt.verify": verify,
  "ow.server.jwt.decode": decodeToken,
  "ow.server.telemetry.passive": passive,
  "ow.server.telemetry.active": active,
  "ow.server.telemetry.send2Prometheus": send2Prometheus,
};
