import { world } from "../../base/world.js";
import { register, types } from "./operations.js";
import { typeOf } from "./type.js";
import { standardTypes } from "./types.js";

/** The channels of the run, with the types there are. */
export { registry } from "./operations.js";

Object.assign(types, standardTypes);

/** The type of channels over the state of the engine. */
const ENGINE = "engine";
const { stores } = world.engine();
types[ENGINE] = typeOf({
  create: () => undefined,
  destroy: () => undefined,
  size: (name) => stores[name]!.keys().length,
  getKeys: (name) => stores[name]!.keys(),
  get: (name, key) => stores[name]!.get(key),
  set(name, key, value) {
    stores[name]!.set(key, value);
    return key;
  },
  unset: (name, key) => stores[name]!.unset(key),
});
for (const name of Object.keys(stores)) register(name, ENGINE, 0);
