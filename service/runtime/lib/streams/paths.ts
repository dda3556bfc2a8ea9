/** Paths the way `java.io.File` treats them: texts, cleaned of doubled and final slashes, otherwise as given. */
export function cleanPath(path: unknown): string {
  const clean = String(path).replace(/\/{2,}/g, "/");
  return clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
}

/** The part after the last slash. */
export function nameOf(path: string): string {
  const clean = cleanPath(path);
  return clean.slice(clean.lastIndexOf("/") + 1);
}

/** The folder part as given; undefined for a plain name and for `/`. */
export function parentOf(path: string): string | undefined {
  const clean = cleanPath(path);
  const at = clean.lastIndexOf("/");
  if (at < 0 || clean === "/") return undefined;
  return at === 0 ? "/" : clean.slice(0, at);
}

/** `name` inside `folder`. */
export function inFolder(folder: string, name: string): string {
  if (folder === "") return name;
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
