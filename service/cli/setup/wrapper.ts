import type { SetupPlan } from "./setup-plan.js";

/** `rojob.sh`: every command of rojob, with the options of these nodes. */
export function wrapperScript({ folder, program, ports, options }: SetupPlan): string {
  const settings = options.map(([name, value]) => exported(name, value));
  return `#!/bin/sh
# Nodes of ${folder}, written by \`rojob setup\`.
#   ./rojob.sh start | stop | restart | status    launch and manage the nodes
#   ./rojob.sh FILE [k=v…]                        run an oJob on them
#   ./rojob.sh COMMAND …                          any other command of rojob; see ./rojob.sh --help
set -eu
${settings.join("\n")}

rojob() {
  exec ${program.map(quote).join(" ")} "$@"
}

case "\${1:-}" in
start)
  shift
  # The config file and its relative paths belong to this folder.
  cd ${quote(folder)}
  ${exported("PORT", ports.join(","))}
  rojob start --detach "$@"
  ;;
restart)
  cd ${quote(folder)}
  ${exported("PORT", ports.join(","))}
  rojob "$@"
  ;;
*)
  ${exported("PORT", String(ports[0]))}
  rojob "$@"
  ;;
esac
`;
}

/** An assignment that keeps the value of the environment if there is one. */
function exported(name: string, value: string): string {
  return `export ${name}="\${${name}:-${quoteInside(value)}}"`;
}

/** Quotes a text as one word of a POSIX shell. */
export function quote(text: string): string {
  return /^[\w./:=@,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Escapes a text for a POSIX shell, within double quotes and in the default of a variable. */
function quoteInside(text: string): string {
  return text.replace(/["$\\`}]/g, "\\$&");
}
