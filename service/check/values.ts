/** A map or list. */
export function isObject(value: unknown): value is Record<string, any> {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}

export function isMap(value: unknown): value is Record<string, any> {
  return isObject(value) && !Array.isArray(value);
}

/** A list as it is, one value as a list of it, nothing as an empty one. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** Is a text known only when the job runs: a template, or a token for an arg? */
export function isFilledLater(text: string): boolean {
  return text.includes("{{") || text.includes("${");
}
