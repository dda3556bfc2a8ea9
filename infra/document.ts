import yaml from "js-yaml";

/** A synthesised file. */
export interface SynthFile {
  /** Relative to the folder of all targets. */
  path: string;
  text: string;
  /** Only its owner may read it. */
  isSecret?: boolean;
}

/**
 * YAML documents under a comment.
 * @param header lines of the comment
 */
export function writeDocuments(header: readonly string[], documents: readonly unknown[]): string {
  // Old parsers read y, no and 1:30 as another type than text; the writer quotes those.
  const bodies = documents.map((document) => yaml.dump(withoutUndefined(document), { lineWidth: -1, noRefs: true }));
  return `${comment(header)}\n${bodies.join("---\n")}`;
}

/** Lines of a comment. */
export function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}`.trimEnd()).join("\n");
}

/** A copy in the form of JSON. */
export function withoutUndefined<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
