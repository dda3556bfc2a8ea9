import yaml from "js-yaml";

/** A synthesised file. */
export interface SynthFile {
  /** Relative to the folder of all targets. */
  path: string;
  text: string;
}

/**
 * YAML documents under a comment.
 * @param header lines of the comment
 */
export function writeDocuments(header: readonly string[], documents: readonly unknown[]): string {
  const comment = header.map((line) => `# ${line}`.trimEnd()).join("\n");
  // Old parsers read y, no and 1:30 as something else than text; the writer quotes those.
  const bodies = documents.map((document) => yaml.dump(withoutUndefined(document), { lineWidth: -1, noRefs: true }));
  return `${comment}\n${bodies.join("---\n")}`;
}

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
