/** Types by file ending, and the words for status codes and caching that jobs use. */

export const mimes: Record<string, string> = {
  HTML: "text/html; charset=utf-8",
  CSS: "text/css; charset=utf-8",
  JS: "application/javascript; charset=utf-8",
  JSON: "application/json; charset=utf-8",
  JAR: "application/java-archive",
  ZIP: "application/zip",
  XML: "application/xml; charset=utf-8",
  TXT: "text/plain; charset=utf-8",
  RTF: "text/richtext; charset=utf-8",
  JPG: "image/jpeg",
  JPEG: "image/jpeg",
  PNG: "image/png",
  GIF: "image/gif",
  TTF: "font/truetype",
  WOFF: "application/x-font-woff",
  SVG: "image/svg+xml",
  EOT: "application/vnd.ms-fontobject",
  BIN: "application/octet-stream",
  ICO: "image/x-icon",
  YML: "text/yaml",
  YAML: "text/yaml",
  LOG: "text/plain",
  PY: "text/x-python",
  JAVA: "text/x-java-source",
  CSV: "text/csv",
  INI: "text/plain",
  NDJSON: "application/x-ndjson",
  SLON: "text/plain",
  SQL: "text/plain",
  TOML: "text/plain",
};

export const codes: Record<string, number> = {
  OK: 200,
  BAD: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOTFOUND: 404,
  INTERNAL: 500,
};

export const cache = {
  public: { "cache-control": "public, max-age=1209600" },
  private: { "cache-control": "private, max-age=3000" },
};

/** The type of a file by its ending. */
export function getMimeType(file: unknown): string {
  const name = String(file).replace(/^.*\//, "");
  const at = name.lastIndexOf(".");
  return (at < 0 ? undefined : mimes[name.slice(at + 1).toUpperCase()]) ?? "application/octet-stream";
}
