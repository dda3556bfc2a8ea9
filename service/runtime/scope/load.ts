import { evaluate, load, loadCompiled, loaded, loadLib, requireModule } from "../lib/code/load.js";

export const scope = {
  load,
  "af.load": load,
  loadLib,
  loadCompiledLib: loadLib,
  loadCompiled,
  require: requireModule,
  requireCompiled: requireModule,
  __loadedLibs: loaded,
  "af.eval": evaluate,
};
