import { ask } from "./ask.js";

/** A port nobody listens on now; -1 when there is none. */
export const freePort = (): number => ask("tcp", { action: "freePort" }, { what: "a free port" }).event.data.port ?? -1;
