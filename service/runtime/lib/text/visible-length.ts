/** Columns a text takes on a terminal: colour codes and marks take none, wide characters and emoji two. */
export function visibleLength(text: unknown): number {
  const plain = withoutColours(String(text));
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let columns = 0;
  for (const { segment } of segmenter().segment(plain)) columns += widthOf(segment);
  return columns;
}

export const withoutColours = (text: string): string => text.replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, "");

let made: Intl.Segmenter | undefined;
const segmenter = (): Intl.Segmenter => (made ??= new Intl.Segmenter("en", { granularity: "grapheme" }));

const mark = /^(?:\p{Mn}|\p{Me}|\u200d)$/u;
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3040-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function widthOf(segment: string): number {
  const first = String.fromCodePoint(segment.codePointAt(0)!);
  if (/^[\p{Cc}]/u.test(first)) return 0;
  if (/^\p{Regional_Indicator}/u.test(first)) return 2;
  if (segment === first && mark.test(first)) return 0;
  if (wide.test(segment) || segment.includes("\u20e3")) return 2;
  return segment.includes("\ufe0f") && /\p{Emoji}/u.test(first) ? 2 : 1;
}
