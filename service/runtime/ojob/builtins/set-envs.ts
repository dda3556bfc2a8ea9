import { world } from "../../base/world.js";
import { setPath } from "../../lib/maps/sigil/paths.js";
import type { Builtin } from "./builtin.js";

/** `ojob set envs`: environment variables into args. */
export const setEnvs: Builtin = {
  name: "ojob set envs",
  check: { envs: "isMap" },
  exec(args) {
    for (const name of Object.keys(args.envs)) {
      const value = world.host.process.env(name);
      if (value !== undefined) setPath(args, String(args.envs[name]), value);
    }
  },
};
