import { Auth } from "../features/server/auth.js";
import { checkIn, daemon, getPid, pidCheckIn } from "../features/server/check-in.js";
import { decodeToken, sign, verify } from "../features/server/jwt.js";
import { ServerLocks } from "../features/server/locks.js";
import { mcpStdio } from "../features/server/mcp-stdio.js";
import { ServerQueue } from "../features/server/queue.js";
import { processArguments, scheduler } from "../features/server/server.js";
import { active, passive, send2Prometheus } from "../features/server/telemetry.js";

export const scope = {
  pidCheckIn,
  "ow.server.scheduler": scheduler,
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
