/** Type tests (`isDef`, `isMap`, …) and the names for undefined. */
export const isDef = (value: unknown): boolean => value !== undefined;
export const isUnDef = (value: unknown): boolean => value === undefined;

export const scope = { isDef, isUnDef, __: undefined };
