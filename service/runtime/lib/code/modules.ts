/** Modules that `require` finds by name before any file: those of the `code` sections of job files. */
export const modules = new Map<string, string>();
