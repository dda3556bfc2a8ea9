import { userInfo } from "node:os";
import type { SetupPlan } from "./setup-plan.js";

/** Time after KILLGRACE before systemd kills a node, s. */
const SPARE_S = 10;

/**
 * `rojob@.service`: a template unit of systemd, one instance per port (systemd.unit(5), systemd.service(5)). Signals go to
 * the node, which ends its workers; systemd kills the processes that are left.
 */
export function systemdUnit({ folder, program, options, killGraceMs }: SetupPlan): string {
  const environment = options.map(([name, value]) => `Environment=${quote(`${name}=${value}`)}`);
  return `[Unit]
Description=rojob node on port %i
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
User=${userInfo().username}
WorkingDirectory=${escapePercent(folder)}
${environment.join("\n")}
ExecStart=${program.map(quoteWord).join(" ")} start PORT=%i
Restart=on-failure
RestartSec=1
# A restart does not fix wrong options.
RestartPreventExitStatus=2
KillMode=mixed
TimeoutStopSec=${Math.ceil(killGraceMs / 1000) + SPARE_S}

[Install]
WantedBy=multi-user.target
`;
}

function quote(text: string): string {
  const escaped = escapePercent(text).replace(/["\\]/g, "\\$&");
  return /^[\w./:=@,+%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/** A word of a command line, where systemd expands variables, unlike in Environment=. */
function quoteWord(text: string): string {
  return quote(text).replaceAll("$", "$$$$");
}

/** Escapes the percent sign, which begins a specifier. */
function escapePercent(text: string): string {
  return text.replaceAll("%", "%%");
}
