/** Text of a thrown value, as it is recorded. */
export function textOf(thrown: unknown): string {
  return available(thrown) ?? plainText(thrown);
}

function plainText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    // A map without a prototype, or with a broken toString, has no text of its own.
    return Object.prototype.toString.call(thrown);
  }
}

/** Roots of the names OpenAF has: a missing function below one of them is one this engine lacks. */
const roots = /^(ow|io|af|\$\w*|plugin|java|javax|Packages|org|com)\b/;

/** A missing OpenAF name is reported as such, not as a bare TypeError. */
function available(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const missing =
    thrown instanceof TypeError
      ? /^([\w$.]+) is not a (?:function|constructor)/.exec(thrown.message)?.[1]
      : thrown instanceof ReferenceError
        ? /^(java|javax|Packages|org|com|JavaImporter|importClass|importPackage) is not defined/.exec(
            thrown.message,
          )?.[1]
        : undefined;
  if (missing === undefined || !roots.test(missing)) return undefined;
  return `${missing} is not available in the embedded engine`;
}
