import { envOr, getEnv, knownEnvs, readAll } from "../lib/system/env.js";

export const scope = {
  getEnv,
  getEnvs: readAll,
  getEnvsDef: envOr,
  get __envs() {
    return knownEnvs();
  },
};
