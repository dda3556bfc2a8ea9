import { Check } from "./sigil/check.js";
import { ObjectView } from "./sigil/object.js";
import { objOrStr } from "./sigil/paths.js";

/** `_$` (checks of arguments), `$$` (paths into objects). */
export const check = (value?: unknown, name?: string): Check => new Check(value, name);
export const view = (value?: unknown): ObjectView => new ObjectView(value);

export const scope = { _$: check, $$: view, objOrStr };
